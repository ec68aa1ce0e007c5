"""What the processes of a run give cause to say: work in one that no agent spoke from. Pure; reads `process` records.

Programs of the machine that are no interpreters do what they are for: compilers, linkers, git, ffmpeg, latex.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from validator.evidence import Flag
from validator.measuring.meter.programs import is_interpreter

KIND = "unmetered-process"
CPU_SECONDS = 1.0
OTHER_LANGUAGE_SECONDS = 3.0
"""Of perl, awk, a shell: helpers of honest tools take a moment each."""
TOGETHER_SECONDS = 10.0
"""Of all processes of one program, however short each was."""
AFTERWARDS_SECONDS = 10.0
"""Of a process whose agent had spoken, after its connection ended; taking down a large one takes seconds."""
MOST_FLAGS, MOST_CHARACTERS = 20, 240


def suspicious(records: Iterable[Mapping[str, Any]]) -> tuple[Flag, ...]:
    """One flag for each process, or each program of many short ones."""
    told = [record for record in records if record.get("kind") == "process"]
    return tuple(_flags(told))[:MOST_FLAGS]


def _flags(told: list[Mapping[str, Any]]) -> Iterator[Flag]:
    silent = [record for record in told if not record.get("agent") and not record.get("system")]
    shown: set[str] = set()
    by_pid: dict[str, list[Mapping[str, Any]]] = {}
    for record in silent:
        by_pid.setdefault(str(record.get("pid")), []).append(record)
    for pid, images in by_pid.items():
        used, on_gpu = _sum(images, "cpu_seconds"), _sum(images, "gpu_seconds")
        if used >= min(map(_limit, images)) or on_gpu >= CPU_SECONDS:
            shown.add(pid)
            yield _flag(f"{_named(max(images, key=_cpu))}: {_used(used, on_gpu)} in a process without an agent")
    by_program: dict[str, list[Mapping[str, Any]]] = {}
    for record in silent:
        if str(record.get("pid")) not in shown:
            by_program.setdefault(str(record.get("exe")), []).append(record)
    for images in by_program.values():
        if (used := _sum(images, "cpu_seconds")) >= TOGETHER_SECONDS:
            yield _flag(
                f"{_named(images[0])} and its like, {len(images):,} processes: {_used(used, 0)} without an agent"
            )
    for record in told:
        used = _seconds(record, "silent_seconds")
        if record.get("agent") and used >= AFTERWARDS_SECONDS:
            yield _flag(f"{_named(record)}: {_used(used, 0)} while no agent spoke from it, though one had")


def _limit(record: Mapping[str, Any]) -> float:
    exe = str(record.get("exe"))
    other = is_interpreter(exe) and "py" not in exe.rpartition("/")[2]
    return OTHER_LANGUAGE_SECONDS if other else CPU_SECONDS


def _sum(records: list[Mapping[str, Any]], name: str) -> float:
    return sum(_seconds(record, name) for record in records)


def _cpu(record: Mapping[str, Any]) -> float:
    return _seconds(record, "cpu_seconds")


def _seconds(record: Mapping[str, Any], name: str) -> float:
    value = record.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def _named(record: Mapping[str, Any]) -> str:
    words = record.get("argv")
    line = " ".join(map(str, words)) if isinstance(words, list) and words else str(record.get("exe"))
    return f"{line[:MOST_CHARACTERS]} (process {record.get('pid')})"


def _used(cpu: float, on_gpu: float) -> str:
    return f"{cpu:,.1f} CPU-seconds" + (f" and {on_gpu:,.1f} GPU-seconds" if on_gpu else "")


def _flag(detail: str) -> Flag:
    return Flag(kind=KIND, detail=detail, source="observed")
