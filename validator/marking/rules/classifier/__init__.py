"""Rules on the classifier."""
