"""Probes: each reads one aspect of a submission and returns facts."""
