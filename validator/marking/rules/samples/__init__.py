"""Rules on the generated samples."""
