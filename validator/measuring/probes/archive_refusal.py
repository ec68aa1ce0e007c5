"""Why an archive is refused as a whole. Knows the words of a refusal; knows no file format and no mark."""

from __future__ import annotations

from validator.evidence import Flag

SHOWN_CHARACTERS = 80


class Refusal(Exception):
    """The archive broke a safety rule: nothing of it is unpacked. Carries the flag that says why."""

    def __init__(self, kind: str, what: str, *, fix: str, where: str = "") -> None:
        super().__init__(what)
        self.flag = Flag(kind=kind, detail=f"{what}; {fix}", where=shown(where))


def shown(name: str) -> str:
    """A name fit for a report: what cannot be printed is escaped, and long ones are cut in the middle."""
    safe = "".join(letter if letter.isprintable() else _escaped(letter) for letter in name)
    if len(safe) <= SHOWN_CHARACTERS:
        return safe
    half = SHOWN_CHARACTERS // 2 - 2
    return f"{safe[:half]}...{safe[-half:]}"


def size_in_words(size_bytes: int) -> str:
    """A size as a person says it: `512 bytes`, `4.2 kB`, `300 MB`, with 1 MB = 1024 x 1024 bytes."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError("the last unit always returns")


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
