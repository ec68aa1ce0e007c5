"""The samples that a run handed out, and what it says of their origin: read as hostile, not yet measured.

`samples.npy` is uint8 (n, 3, 32, 32). `samples.json` is a table: `source` in words; `sources`, a list of them when
samples could have come from several; `networks`, a list of tables with `name` and `updated` (true, false, or null when
that is not known), one for each network whose outputs the samples passed through; `clipped`, true when values outside
the declared range were cut off; `mapping`, how values became whole numbers; `why`, the reason when there are no
samples. Every key may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from validator.evidence import Flag
from validator.measuring.datasets import DataError, cifar100
from validator.measuring.datasets.npy import load_npy
from validator.measuring.probes.handed import printable, read_json, tables, text_of
from validator.measuring.probes.task import Task

MOST_SAMPLES = 100_000
IMAGE_BYTES = 3 * 32 * 32
HEADER_BYTES = 4096


@dataclass(frozen=True, kw_only=True)
class Handed:
    """Samples uint8 (n, 3, 32, 32), where they came from, and what is worth a look about that."""

    images: npt.NDArray[np.uint8]
    source: str
    flags: tuple[Flag, ...]


def handed_samples(task: Task) -> Handed:
    """The samples of the generator's run. Raises DataError with the reason when there are none to measure."""
    folder = task.handed(task.plan.generator_role)
    origin = _origin(task)
    path = folder / "samples.npy"
    if not path.exists():
        raise DataError(text_of(origin, "why") or _why_none(task))
    most = MOST_SAMPLES * IMAGE_BYTES + HEADER_BYTES
    images = load_npy(path, dtype="|u1", shape=(None, *cifar100.IMAGE_SHAPE), max_bytes=most)
    if not len(images):
        raise DataError("samples.npy holds no sample")
    return Handed(images=images, source=_source(origin), flags=tuple(_flags(origin)))


def _origin(task: Task) -> Mapping[str, Any]:
    path = task.handed(task.plan.generator_role) / "samples.json"
    if not path.exists():
        return {}
    origin = read_json(path)
    return origin if isinstance(origin, dict) else {}


def _source(origin: Mapping[str, Any]) -> str:
    source = text_of(origin, "source") or "the run did not say where they came from"
    mapping = text_of(origin, "mapping")
    return f"{source}, {mapping}" if mapping else source


def _why_none(task: Task) -> str:
    if task.plan.execute == "smoke":
        return "a smoke run ends training early, so nothing is sampled"
    return "the run handed out no samples: no sampling function, no folder given to a FID call, no folder of images"


def _flags(origin: Mapping[str, Any]) -> Iterator[Flag]:
    yield _network_flag(tables(origin.get("networks")))
    if origin.get("clipped") is True:
        detail = "values outside the range of the samples were cut off when they became whole numbers 0..255"
        yield Flag(kind="clipped-range", detail=detail, source="reported")
    sources = origin.get("sources")
    named = [printable(name) for name in sources[:10] if isinstance(name, str)] if isinstance(sources, list) else []
    if len(named) > 1:
        detail = f"samples could be taken from {', '.join(named)}"
        yield Flag(kind="several-sources", detail=detail, source="reported")


def _network_flag(networks: tuple[Mapping[str, Any], ...]) -> Flag:
    """Whether some network that produced the samples was ever updated, or none was, or nobody can say."""
    names = ", ".join(text_of(network, "name") or "without a name" for network in networks[:10])
    updated = [network.get("updated") for network in networks]
    if any(state is True for state in updated):
        trained = [network for network in networks if network.get("updated") is True]
        words = ", ".join(text_of(network, "name") or "without a name" for network in trained[:10])
        return Flag(kind="trained-network", detail=f"updated networks produced them: {words}", source="reported")
    if updated and all(state is False for state in updated):
        detail = f"no network that produced them was ever updated: {names}"
        return Flag(kind="untrained-network", detail=detail, source="reported")
    detail = f"not known whether it was updated: {names}" if networks else "no network was seen producing them"
    return Flag(kind="unclear-network", detail=detail, source="reported")
