"""The engine thread, background jobs, and the queue of engine events."""
