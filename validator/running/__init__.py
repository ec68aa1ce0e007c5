"""Running a cohort: queue, store, resume."""
