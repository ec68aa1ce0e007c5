"""Engines: where the tasks of a cohort run."""
