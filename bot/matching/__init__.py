"""Text -> ranked candidates -> a decision with its reasons. Pure: no clock, disk or network."""

import os

# Before numpy is loaded, which this floor alone does. Its products are small: threads for them cost
# a start 50 ms and, beside other work, wait for each other most of the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
