"""Renderers: Report -> text, one a file. They compute nothing."""
