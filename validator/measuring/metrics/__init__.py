"""Metrics: arrays in, numbers out. Imports nothing of ours."""
