"""What the window hands to other threads: functions that know the engine and no Qt."""
