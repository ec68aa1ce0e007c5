"""Known trainings: scripts whose counts are certain, executed to see whether the meter still counts right."""
