"""What looks at a run beside the socket: the one shape that the recorder knows of its other witnesses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from validator.measuring.meter.clients import Heard


class Witness(Protocol):
    """Asked several times a second while the recorder listens; it decides itself whether a look is due."""

    def look(self, heard: Heard) -> Iterable[dict[str, Any]]:
        """Records for the log, now."""
        ...

    def close(self, heard: Heard) -> Iterable[dict[str, Any]]:
        """The last ones; nothing is asked after that."""
        ...
