"""Rules on when and how the work was handed in."""
