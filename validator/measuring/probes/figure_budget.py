"""How much processor time is left to look at pictures, so that what was found by then is still told. Knows a clock."""

from __future__ import annotations

import time


class Budget:
    """So many seconds of this process's own processor time."""

    def __init__(self, *, cpu_seconds: float) -> None:
        self._until = time.process_time() + cpu_seconds
        self.spent = False

    def left(self) -> bool:
        """Whether there is some; once there was none, `spent` says so."""
        self.spent |= time.process_time() >= self._until
        return not self.spent
