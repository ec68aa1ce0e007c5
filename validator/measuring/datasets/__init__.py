"""The official data files: where they lie, what they must hash to, how they are read."""
