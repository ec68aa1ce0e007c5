"""CUDA graphs: a replay runs no Python, so what was captured is counted again at each replay.

Nothing of ours may run inside a capture. Knows captures and replays; nothing of networks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class Graphs:
    """Remembers the evaluations of each capture; `replaying(evaluations)` is told before each replay."""

    def __init__(self, replaying: Callable[[list[Any]], None], pause: Callable[[bool], None]) -> None:
        self._replaying, self._pause = replaying, pause
        self.capturing: list[Any] | None = None
        """What the capture under way has recorded so far; None while there is none."""

    def install(self, graph_class: Any = None) -> None:
        """Stand before capture and replay of the class of CUDA graphs, where there is one."""
        kind = graph_class or getattr(torch.cuda, "CUDAGraph", None)
        if kind is None or not hasattr(kind, "replay"):
            return
        begin, end, replay = kind.capture_begin, kind.capture_end, kind.replay

        def capture_begin(graph: Any, *args: Any, **kwargs: Any) -> Any:
            self.capturing = []
            self._pause(True)
            return begin(graph, *args, **kwargs)

        def capture_end(graph: Any) -> Any:
            captured, self.capturing = self.capturing, None
            self._pause(False)
            try:
                graph._validator_captured = captured or []
            except Exception:
                captured = None
            return end(graph)

        def replayed(graph: Any) -> Any:
            captured = getattr(graph, "_validator_captured", None)
            if captured:
                self._replaying(captured)
            return replay(graph)

        kind.capture_begin, kind.capture_end, kind.replay = capture_begin, capture_end, replayed
