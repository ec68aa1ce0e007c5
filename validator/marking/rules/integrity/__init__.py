"""Rules on integrity: they propose, a person decides."""
