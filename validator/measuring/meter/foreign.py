"""Files of weights that a run read and did not write, and frameworks it tried to import: records to flags. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from validator.evidence import Flag

Record = Mapping[str, Any]
MOST_SAID = 20
EVALUATION = ("inception-2015-12-05",)
"""In the names of the Inception files that every FID library asks for: a network that only measures."""
CONTEXT = ("open", "numpy.", "joblib.load", "h5py.")
"""Beginnings of loaders that read data as often as weights."""
SMALLEST_BYTES = 10_000
UNKNOWN_ORIGIN = "whether this run wrote it cannot be told"


def loads(kept: Mapping[str, Sequence[Record]], origins: set[tuple[int, str, str]]) -> Iterator[Flag]:
    """`weights-loaded` for what weights were read from, `opened-weights` for files that may hold some.

    What the watch outside saw being opened is told elsewhere, in the same words.
    """
    told: dict[str, Flag] = {}
    for record in kept.get("load", []):
        path = str(record.get("path") or "")
        if record.get("own") is True or (path and path in told):
            continue
        flag = _load(record, path, origins)
        if flag is not None:
            told[path or f"memory {record.get('bytes')}"] = flag
    yield from list(told.values())[:MOST_SAID]


def _load(record: Record, path: str, origins: set[tuple[int, str, str]]) -> Flag | None:
    by, place = str(record.get("by"))[:60], str(record.get("place"))
    into = sorted({name for pid, name, origin in origins if origin == f"load of {path or 'memory'}"})
    measures = place == "package" or any(word in path for word in EVALUATION)
    if measures and not into:
        return None
    where = str(record.get("where") or "")[:60]
    code = f": {str(record.get('code'))[:120]}" if record.get("code") else ""
    if place == "address":
        came = f" ({record.get('failed')}: nothing came)" if record.get("failed") else ""
        return _flag("weights-loaded", f"{by} was asked for {path[:120]}{came}{code}", where)
    size = whole(record.get("bytes"))
    doubt = "" if record.get("own") is False else f", {UNKNOWN_ORIGIN}"
    named = f"{path} ({size:,} bytes{doubt})" if path else f"{size:,} bytes from memory ({UNKNOWN_ORIGIN})"
    if into:
        detail = f"{by} read {named}; its values are in {', '.join(into[:4])} when that begins to train{code}"
        return _flag("weights-loaded", detail, where)
    if by.startswith(CONTEXT):
        return _flag("opened-weights", f"{by} read {named}{code}", where) if size >= SMALLEST_BYTES else None
    return _flag("weights-loaded", f"{by} read {named}{code}", where)


def imports(records: Iterable[Record]) -> Iterator[Flag]:
    """Attempts of the student's own code; a library's optional import is none."""
    said: dict[tuple[str, str], Flag] = {}
    for record in records:
        if record.get("by") != "student" or record.get("own"):
            continue
        module, where = str(record.get("module"))[:60], str(record.get("where") or "")[:60]
        found = "it is installed" if record.get("ok") else "it is not installed"
        detail = f"the student's code imports {module} ({found})"
        said.setdefault((module, where), _flag("forbidden-library-attempt", detail, where))
    yield from list(said.values())[:MOST_SAID]


def uncounted(records: Iterable[Record]) -> str:
    """`tensorflow, keras`: frameworks that are installed and that the student's own code imports, once each."""
    theirs = (record for record in records if record.get("by") == "student" and not record.get("own"))
    names = dict.fromkeys(str(record.get("module"))[:60].split(".")[0] for record in theirs if record.get("ok"))
    return ", ".join(list(names)[:MOST_SAID])


def _flag(kind: str, detail: str, where: str) -> Flag:
    return Flag(kind=kind, detail=detail, where=where, source="reported")


def process(record: Record) -> int:
    """The process a record is from, as the kernel attests it where it does."""
    return whole(record.get("peer")) or whole(record.get("pid"))


def whole(value: Any) -> int:
    """A count; zero for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0
