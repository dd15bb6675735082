"""Use one torch thread in all tests. Small steps split over busy cores wait for each other."""

import os

# Read when torch is first imported, in this process and in each process that a test starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")
