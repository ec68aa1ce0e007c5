"""One PDF in one child process under memory, processor and wall limits. Knows how a child ends, not what it reads."""

from __future__ import annotations

import compileall
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validator.measuring import sandbox
from validator.measuring.probes import paper_forked
from validator.measuring.probes.paper_ending import Ending
from validator.plan import MIB, PaperLimits

OUTPUT_BYTES = 4 * MIB
PACKAGE = Path(__file__).resolve().parents[2]
START = f"""
import importlib.util, runpy, sys
spec = importlib.util.spec_from_file_location("validator", {str(PACKAGE / "__init__.py")!r})
sys.modules["validator"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""A stage that only reads may not list the folder of a checkout, where submissions may lie: the package is named."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A module with `answers(file, *arguments) -> Iterator[object]`, and a `main` that prints each as one JSON line."""

    module: str
    library: str
    """What it reads PDFs with."""
    output_bytes: int = OUTPUT_BYTES


READER = Reader(module="validator.measuring.probes.paper_reader", library="pypdf")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the child said, or in words why it did not say it all."""

    document: object | None
    """The last thing it said, where it came to its end."""
    why: str = ""
    limit: bool = False
    """Whether a limit of ours ended it, and nothing that the file is."""
    said: tuple[object, ...] = ()
    """All it said, however it ended."""


def child(*, file: Path, arguments: tuple[str, ...], limits: PaperLimits, reader: Reader = READER) -> Answer:
    """Start the reader on one file and wait for its answer, no longer than the limits allow."""
    if paper_forked.possible(reader.module, reader.library):
        ending = paper_forked.read_forked(
            reader.module,
            arguments=(file.absolute(), *arguments),
            readable=(file,),
            limits=limits,
            output_bytes=reader.output_bytes,
        )
    else:
        ending = _interpreter(reader, file=file, arguments=arguments, limits=limits)
    said = _documents(ending.stdout)
    if not ending.ok:
        return Answer(document=None, why=ending.why(limits), limit=ending.limited, said=said)
    if not said or said[-1] is None:
        return Answer(document=None, why="its reader gave no answer", said=said)
    return Answer(document=said[-1], said=said)


def _documents(text: bytes) -> tuple[object, ...]:
    """The lines that came whole."""
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return tuple(found)


def _interpreter(reader: Reader, *, file: Path, arguments: tuple[str, ...], limits: PaperLimits) -> Ending:
    """The reader as a new interpreter in the sandbox."""
    for source in _sources(reader):
        compile_once(source)
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        outcome = sandbox.run(
            [*program(reader.module), str(file.absolute()), *arguments],
            limits=sandbox.Limits(
                wall_seconds=limits.wall_seconds,
                memory_bytes=limits.memory_bytes,
                file_bytes=0,
                cpu_seconds=limits.cpu_seconds,
                output_bytes=reader.output_bytes,
            ),
            cwd=Path(folder),
            env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
    return Ending(
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        timed_out=outcome.timed_out,
        stdout=outcome.stdout,
        truncated=outcome.truncated,
        out_of_memory=b"memory" in outcome.stderr.lower(),
    )


def program(module: str) -> list[str]:
    """A new interpreter that executes this module of the package, whatever it may list; arguments follow."""
    return [sys.executable, "-P", "-s", "-c", START, module]


def compile_once(source: Path) -> None:
    """Keep the byte code of a module's folder: a child that may write no file would compile it for every paper."""
    kept = Path(importlib.util.cache_from_source(str(source)))
    if not kept.exists() and os.access(source.parent, os.W_OK):
        compileall.compile_dir(source.parent, quiet=2, maxlevels=2)


def _sources(reader: Reader) -> Iterator[Path]:
    """A module of each folder that only the child imports from; its library is found, and not loaded."""
    yield Path(__file__).with_name("paper_reader.py")
    spec = importlib.util.find_spec(reader.library)
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin)
