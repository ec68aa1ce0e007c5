"""GPU time of processes, from NVIDIA's management library where the machine has it. Knows pids; judges nothing.

Utilisation is sampled by the driver and told for each process; seconds are shares of the time between two questions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DEVICE = Path("/dev/nvidiactl")
LOOK_SECONDS = 1.0


class Meter:
    """Adds GPU seconds to whoever is asked about; without a GPU there is nothing to add and nothing to say."""

    def __init__(self) -> None:
        self._devices: list[Any] = []
        self._why = ""
        self._last = 0.0
        self._stamps: dict[int, int] = {}
        if DEVICE.exists():
            self._why = self._opened()

    def _opened(self) -> str:
        """Why there is nothing to be had; empty when there is."""
        try:
            import pynvml
        except ImportError:
            return "nvidia-ml-py is not installed"
        try:
            pynvml.nvmlInit()
            self._devices = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(pynvml.nvmlDeviceGetCount())]
        except pynvml.NVMLError as error:
            return str(error)
        self._nvml = pynvml
        return ""

    def look(self, images: Mapping[int, Any], now: float) -> Iterator[dict[str, Any]]:
        """Once a second; `gpu_seconds` of each living process grows."""
        if self._why:
            yield {"kind": "degraded", "what": f"GPU time of processes is not known: {self._why}"[:300]}
            self._why = ""
        if not self._devices or now - self._last < LOOK_SECONDS:
            return
        passed, self._last = min(now - self._last, 2 * LOOK_SECONDS), now
        for image in images.values():
            image.gpu_seconds = image.gpu_seconds or 0.0
        for number, device in enumerate(self._devices):
            for pid, share in self._shares(number, device).items():
                if pid in images:
                    images[pid].gpu_seconds += share * passed

    def _shares(self, number: int, device: Any) -> dict[int, float]:
        """Pid to its mean share of the device since the last question; nothing new is an error of the library."""
        seen: dict[int, list[int]] = {}
        with contextlib.suppress(self._nvml.NVMLError):
            for sample in self._nvml.nvmlDeviceGetProcessUtilization(device, self._stamps.get(number, 0)):
                self._stamps[number] = max(self._stamps.get(number, 0), int(sample.timeStamp))
                seen.setdefault(int(sample.pid), []).append(int(sample.smUtil))
        return {pid: sum(shares) / len(shares) / 100 for pid, shares in seen.items()}
