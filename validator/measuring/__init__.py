"""Upstairs: measures a submission. Knows no limit of a rubric and no mark."""
