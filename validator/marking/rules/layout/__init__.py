"""Rules on the files of the hand-in."""
