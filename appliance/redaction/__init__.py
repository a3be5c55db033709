"""Finds what identifies a person, puts placeholders there, puts the words back. Plain values: no vault, no network."""

import os

# Read when numpy is first imported. Texts are short: threads cost more than they bring, and the cores have other work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
