"""Where notebooks find `main` since pip 10."""

from pip import main

__all__ = ["main"]
