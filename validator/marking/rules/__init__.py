"""Rules: one file a defect; the id is the address (`paper/too_long.py` is `paper/too-long`)."""
