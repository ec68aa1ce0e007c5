"""Rules on the paper."""
