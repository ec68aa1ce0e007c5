"""Downstairs: marks evidence against a rubric. Standard library only; no torch, no files read by rules."""
