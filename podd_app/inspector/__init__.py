"""Side panel that shows details of the selected patch or class."""
