"""Stands before pip in the student's processes: nothing is installed there, and what is asked for is answered.

Knows only where the answer comes from. `python -m pip`, `pip.main` and `pip._internal.main` all come here.
"""

from __future__ import annotations

import sys

__version__ = "0"


def main(arguments: list[str] | None = None) -> int:
    """pip's own entry point, by its old name."""
    from validator_agent import installers  # type: ignore[import-not-found]  # around this package, at run time

    return int(installers.answer("pip", sys.argv[1:] if arguments is None else arguments))
