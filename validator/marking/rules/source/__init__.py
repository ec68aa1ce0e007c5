"""Rules on the code as text."""
