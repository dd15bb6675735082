"""The Data place: which images are distilled."""
