"""A stage as a new interpreter, for systems without fork (Windows): slower to start, ended the same way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence


class Cold:
    """One process started by the head itself."""

    def __init__(self, command: Sequence[str], *, log: int, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )

    def wait(self, seconds: float) -> int | None:
        """The exit code once it has ended; None when it still runs after so many seconds."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def kill(self) -> None:
        """End it and, where there are groups, its group."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def close(self) -> None:
        """Nothing of it is left."""
        self.kill()
        self._process.wait()
