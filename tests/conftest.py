"""For every test: one torch thread, since small steps split over busy cores wait for each other."""

import os

# Read when torch is first imported, here and in every process a test starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")
