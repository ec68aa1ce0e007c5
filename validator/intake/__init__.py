"""Exports, folders and zips -> submissions, one file a format."""
