"""The box around a command. Knows nothing of notebooks."""
