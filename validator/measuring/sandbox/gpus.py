"""Which NVIDIA GPUs a box is given: their device nodes, and the names under which CUDA finds them. Reads /proc only.

Inside a box that holds one node of several, CUDA numbers the visible GPUs anew; a UUID stays right either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc/driver/nvidia/gpus")
DEV = Path("/dev")
SHARED = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset")


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One GPU as the driver lists it; the list is in the order of bus addresses (CUDA_DEVICE_ORDER=PCI_BUS_ID)."""

    minor: str
    uuid: str
    model: str


def installed(proc: Path = PROC) -> tuple[Gpu, ...]:
    """Every GPU the driver lists; nothing where there is no driver."""
    found = []
    for file in sorted(proc.glob("*/information")):
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        uuid = facts.get("GPU UUID", "")
        found.append(
            Gpu(
                minor=facts.get("Device Minor", ""),
                uuid=uuid if "?" not in uuid else "",
                model=facts.get("Model", ""),
            )
        )
    return tuple(found)


def assigned(visible: str | None, *, proc: Path = PROC) -> tuple[Gpu, ...]:
    """The GPUs that a value of CUDA_VISIBLE_DEVICES names; all of them when it is not set or names them otherwise."""
    known = installed(proc)
    if visible is None:
        return known
    words = [word.strip() for word in visible.split(",") if word.strip()]
    by_name = {str(index): gpu for index, gpu in enumerate(known)} | {gpu.uuid: gpu for gpu in known if gpu.uuid}
    if all(word in by_name for word in words):
        return tuple(by_name[word] for word in words)
    return known


def nodes(gpus: Sequence[Gpu], *, dev: Path = DEV) -> tuple[Path, ...]:
    """Their device nodes and those that all of them need; nothing without a GPU."""
    names = [f"nvidia{gpu.minor}" for gpu in gpus if gpu.minor]
    wanted = [dev / name for name in (*names, *SHARED)] if names else []
    capabilities = sorted((dev / "nvidia-caps").glob("*")) if names else []
    return tuple(path for path in (*wanted, *capabilities) if path.exists())


def visible(gpus: Sequence[Gpu]) -> str | None:
    """A value of CUDA_VISIBLE_DEVICES for inside; None when the driver does not tell the names."""
    return ",".join(gpu.uuid for gpu in gpus) if all(gpu.uuid for gpu in gpus) else None
