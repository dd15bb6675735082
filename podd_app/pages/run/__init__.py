"""The Run page: live poster and plots."""
