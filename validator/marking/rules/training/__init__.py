"""Rules on the budget: parameters and optimisation steps."""
