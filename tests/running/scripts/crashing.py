"""Ends a process at every call by which state gets to the disk, one after the other, and looks at what is left.

`python crashing.py FOLDER`: prints one JSON document with the number of crash points and what was wrong. Alone in its
process, because it forks; every fork ends without a word at its call, as under SIGKILL, or in the middle of a write.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.running.tiny import PLAN, Cohort, lasting
from validator import evidence
from validator.running import cohort as running
from validator.running.files import append_line, write_atomically
from validator.running.store import Store

CALLS = ("open", "write", "fsync", "replace", "rename", "mkdir", "unlink", "link", "ftruncate", "close")
CRASHED, CRASHED_WRITING = 137, 136


class Crash:
    """Stands before the calls of `os`; at call number `at` the process ends, half of a write done if `torn`."""

    def __init__(self, at: int, *, torn: bool) -> None:
        self.at, self.torn, self.count = at, torn, 0
        self.real = {name: getattr(os, name) for name in CALLS}

    def arm(self) -> None:
        for name in CALLS:
            setattr(os, name, self._counting(name))

    def _counting(self, name: str) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.count += 1
            if self.count == self.at:
                if name == "write" and self.torn:
                    content = bytes(arguments[1])  # type: ignore[arg-type]
                    self.real["write"](arguments[0], content[: len(content) // 2])
                os._exit(CRASHED_WRITING if name == "write" else CRASHED)
            return self.real[name](*arguments, **options)

        return call


def crashes(action: Callable[[], object]) -> Iterator[str]:
    """Do it in forks of this process, each ended one call later, until one comes through; each write is torn, too."""
    for at in itertools.count(1):
        code = _crashed(action, Crash(at, torn=False))
        if code == 0:
            return
        yield f"call {at}" + ("" if code in (CRASHED, CRASHED_WRITING) else f": ended with {code}")
        if code == CRASHED_WRITING:
            _crashed(action, Crash(at, torn=True))
            yield f"call {at} torn"


def _crashed(action: Callable[[], object], crash: Crash) -> int:
    child = os.fork()
    if child == 0:
        crash.arm()
        with contextlib.suppress(BaseException):
            action()
            os._exit(0)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def replacing(folder: Path) -> Iterator[tuple[str, str]]:
    """A file that is written over is the old one or the new one at every moment."""
    path, old, new = folder / "a.json", b"old" * 99, b"new" * 999
    write_atomically(path, old)
    for point in crashes(lambda: write_atomically(path, new)):
        content = path.read_bytes()
        yield point, "" if content in (old, new) else f"torn: {content[:20]!r}"
        write_atomically(path, old)


def appending(folder: Path) -> Iterator[tuple[str, str]]:
    """Lines that were there stay, and the next line is whole, whatever a crash left between them."""
    path = folder / "lines.jsonl"
    for point in crashes(lambda: append_line(path, '"second line"')):
        append_line(path, '"third line"')
        lines = path.read_text().splitlines()
        yield point, "" if lines[-1] == '"third line"' else f"torn: {lines}"
        path.unlink()


def resuming(folder: Path) -> Iterator[tuple[str, str]]:
    """A cohort that crashes at any moment leaves no torn record, and the next call completes it."""
    running.versions = lambda: {"validator": "1"}  # these two look through all that is installed
    running.run_extra_missing = lambda: ""
    plan = replace(PLAN, roles=PLAN.roles[:1])
    undisturbed = lasting(Cohort(folder / "undisturbed", "anna01", jobs=1).measured(plan=plan).values())
    out = folder / "out"
    cohort = Cohort(out, "anna01", jobs=1)
    for point in crashes(lambda: cohort.measured(plan=plan)):
        wrong = torn_records(out)
        if lasting(cohort.measured(plan=plan).values()) != undisturbed:
            wrong.append("another result than undisturbed")
        wrong += [str(path) for path in out.rglob("*.part")]
        yield point, "; ".join(wrong)
        shutil.rmtree(out)


def torn_records(out: Path) -> list[str]:
    """Files of state that are there and are not whole."""
    wrong = []
    for path in out.rglob("*.json"):
        try:
            json.loads(path.read_text())
        except ValueError:
            wrong.append(f"torn: {path}")
    for path in out.glob("*/stages/*.json"):
        store = Store(path.parents[1])
        if path.stem in ("unpack", "static") or path.stem.startswith(("run-", "score-")):
            wrong += [] if path.name.count(".") > 1 or store.read(path.stem) else [f"unreadable: {path}"]
    for path in out.glob("*/evidence.json"):
        evidence.load(path)
    return wrong


def main(folder: Path) -> None:
    os.fsync = lambda _: None  # a process that ends loses nothing that the kernel has: flushing would only take time
    told: dict[str, dict[str, object]] = {}
    for scenario in (replacing, appending, resuming):
        place = folder / scenario.__name__
        place.mkdir()
        points = list(scenario(place))
        wrong = [f"{point}: {what}" for point, what in points if what or ":" in point]
        told[scenario.__name__] = {"points": len(points), "wrong": wrong}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
