"""What a run will take of time, memory and disk, from a short probe of its parts."""
