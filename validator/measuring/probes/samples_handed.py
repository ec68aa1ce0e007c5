"""The samples that a run handed out, and what it says of their origin: read as hostile, not yet measured.

`samples.npy` is uint8 (n, 3, 32, 32). `samples.json` is a table: `source` in words; `sources`, a list of them when
samples could have come from several, with `taken`, which and why, and `refused`, what could not be used; `networks`, a
list of tables with `name` and `updated` (true, false, or null when that is not known), one for each network whose
outputs the samples passed through; `clipped`, true when values outside the declared range were cut off, with
`clipped_share` and `range`; `mis_scaled`, words when the range is that of no picture; `self_seeded`, true when each
call of the sampler gave the same; `note`, why drawing ended early; `mapping`, how values became whole numbers; `why`,
the reason when there are no samples. Every key may be absent.
"""

from __future__ import annotations

import math
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
    try:
        origin = read_json(path)
    except DataError as error:  # the samples can be measured all the same
        return {"source": f"what the run says of them cannot be read ({error})"}
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
        yield Flag(kind="clipped-range", detail=_clipped(origin), source="reported")
    mis_scaled = text_of(origin, "mis_scaled")
    if mis_scaled:
        yield Flag(kind="mis-scaled-range", detail=mis_scaled, source="reported")
    if origin.get("self_seeded") is True:
        detail = (
            "each call of the sampler begins with the same images: it seeds itself, so it was asked for all at once"
        )
        yield Flag(kind="sampler-repeats", detail=detail, source="reported")
    note = text_of(origin, "note")
    if note:
        yield Flag(kind="sampling-cut-short", detail=note, source="reported")
    sources = origin.get("sources")
    named = [printable(name) for name in sources[:10] if isinstance(name, str)] if isinstance(sources, list) else []
    if len(named) > 1:
        taken = text_of(origin, "taken")
        detail = f"samples could be taken from {', '.join(named)}" + (f"; taken: {taken}" if taken else "")
        yield Flag(kind="several-sources", detail=detail, source="reported")
    refused = origin.get("refused")
    for words in refused[:10] if isinstance(refused, list) else []:
        if isinstance(words, str):
            yield Flag(kind="source-refused", detail=printable(words), source="reported")


def _clipped(origin: Mapping[str, Any]) -> str:
    """What was cut, with numbers where they are known."""
    detail = "values outside the range of the samples were cut off when they became whole numbers 0..255"
    share, ends = origin.get("clipped_share"), origin.get("range")
    numbers = ends if isinstance(ends, list) and len(ends) == 2 else []
    if not all(map(_is_plain_number, (share, *numbers))) or not numbers:
        return detail
    return f"{detail}: {share:.1%} of them; they went from {numbers[0]:.3g} to {numbers[1]:.3g}"


def _is_plain_number(value: Any) -> bool:
    """JSON has whole numbers that no float holds."""
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) < 1 << 53
    return isinstance(value, float) and math.isfinite(value)


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
