"""Which GPUs stages are spread over. Asks the driver's own tool; torch is never imported here."""

from __future__ import annotations

import csv
import os
import subprocess
from dataclasses import dataclass

QUERY = ("nvidia-smi", "--query-gpu=index,uuid,name", "--format=csv,noheader")


class GpuError(ValueError):
    """What is wrong with the wish, for the person who wished it."""


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One GPU: what `CUDA_VISIBLE_DEVICES` calls it, and its name where the driver says it."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        return f"GPU {self.id} ({self.name})" if self.name else f"GPU {self.id}"


def chosen(wish: str) -> tuple[Gpu, ...]:
    """`0,1` or `all`; nothing for an empty wish. Raises GpuError.

    Where somebody else has already chosen (Slurm sets `CUDA_VISIBLE_DEVICES`), `all` are the chosen ones.
    """
    words = [word.strip() for word in wish.split(",") if word.strip()]
    if not words:
        return ()
    listed = _listed()
    if words == ["all"]:
        outer = [word.strip() for word in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if word.strip()]
        words = outer or [index for index, _, _ in listed]
        if not words:
            raise GpuError("--gpus all: no NVIDIA GPU was found here (nvidia-smi lists none); leave the option out")
    names = {key: name for index, uuid, name in listed for key in (index, uuid)}
    unknown = [word for word in words if names and word not in names and not word.startswith("MIG-")]
    if unknown or len(set(words)) < len(words):
        here = ", ".join(index for index, _, _ in listed) or "unknown"
        raise GpuError(f"--gpus {wish}: name each GPU once; here are: {here}")
    return tuple(Gpu(id=word, name=names.get(word, "")) for word in words)


def _listed() -> list[tuple[str, str, str]]:
    """Index, UUID and name of each GPU; empty where there is no driver."""
    try:
        done = subprocess.run(QUERY, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return []
    rows = [[cell.strip() for cell in row] for row in csv.reader(done.stdout.splitlines())]
    return [(row[0], row[1], ", ".join(row[2:])) for row in rows if len(row) >= 3]
