"""Records as an agent says them, written by hand: the smallest logs that show one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from validator.measuring.meter.counters import Counter
from validator.measuring.meter.judge import Judgement, judge

PID = 7
Record = dict[str, Any]


def hello(pid: int = PID, **more: Any) -> Record:
    return {"kind": "hello", "peer": pid, "grammar": 2, **more}


def framework(name: str = "torch", pid: int = PID) -> Record:
    return {"kind": "framework", "peer": pid, "name": name, "version": "2"}


def bye(pid: int = PID) -> Record:
    return {"kind": "bye", "peer": pid}


def net(number: int, name: str, *, began: int, elements: int = 100, **more: Any) -> Record:
    base = {"kind": "net", "peer": PID, "net": number, "name": name, "elements": elements, "trainable": elements}
    return {**base, "signature": name, "tensor_count": 4, "class": [f"__main__.{name[:-2]}"], "t": began, **more}


def counts(number: int, name: str, *, ended: int, updates: int, **more: Any) -> Record:
    base = {"kind": "counts", "peer": PID, "net": number, "name": name, "updates": updates, "t": ended}
    same = ("gradients", "own_gradients", "calls", "widest")
    return {**base, **dict.fromkeys(same, updates), "updated_ns": ended, "by": {"key": updates}, **more}


def trained(number: int, name: str, *, began: int, ended: int, updates: int, **more: Any) -> list[Record]:
    """Both records of a network; what is said more goes into both."""
    return [
        net(number, name, began=began, **more),
        counts(number, name, ended=ended, updates=updates, **more),
    ]


def looked(name: str, number: int | None, quiet: int, *, at: int = 1_000, **more: Any) -> Record:
    """A module that saw so many images without gradients, the last of them then."""
    base = {"kind": "forward", "peer": PID, "name": name, "net": number, "quiet_images": quiet, "t": at}
    return {**base, "images_since_update": quiet if number else None, "images": 0, **more}


def together(*rows: tuple[list[str], int], **more: Any) -> Record:
    return {"kind": "reach", "peer": PID, "together": [list(row) for row in rows], "elsewhere": 0, **more}


def judged(*records: Record | list[Record], role: str = "classifier", page: Sequence[Counter] | None = ()) -> Judgement:
    flat = [one for record in records for one in (record if isinstance(record, list) else [record])]
    return judge(records=[hello(), framework(), *flat], counters=page, role=role)


def values(judgement: Judgement) -> dict[str, Any]:
    return {name.split(".")[1]: reading.value for name, reading in judgement.readings.items()}


def why(judgement: Judgement, name: str = "steps") -> str:
    return next(reading.why for key, reading in judgement.readings.items() if key.endswith(f".{name}"))


def kinds(judgement: Judgement) -> list[str]:
    return [flag.kind for flag in judgement.flags]


def roles(judgement: Judgement) -> dict[str, str]:
    return {network.name: network.role for network in judgement.networks}
