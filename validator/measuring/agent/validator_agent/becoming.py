"""Another program takes this process's place: the agent says its last words before, for no one runs it afterwards.

Knows `os.execv` and `os.execve`, through which all of Python's ways of doing so go; nothing of what is said.
"""

from __future__ import annotations

import os
from typing import Any


def install(channel: Any) -> None:
    """Stand before both names."""
    for name in ("execv", "execve"):
        real = getattr(os, name, None)
        if real is not None:
            setattr(os, name, _after_last_words(real, channel))


def _after_last_words(real: Any, channel: Any) -> Any:
    def become(*args: Any, **kwargs: Any) -> Any:
        if args and os.access(args[0], os.X_OK):  # looking for a program along the path tries many that are not there
            channel.close()
        return real(*args, **kwargs)

    become.__name__, become.__doc__ = real.__name__, real.__doc__
    return become
