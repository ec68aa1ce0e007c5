"""One module of this package in a child process of its own, under the limits of a paper. Knows no document."""

from __future__ import annotations

import json
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from validator.evidence import Flag
from validator.measuring import sandbox
from validator.measuring.probes.paper_child import OUTPUT_BYTES, PACKAGE_PARENT, Answer, compile_once
from validator.measuring.probes.paper_ending import Ending
from validator.plan import MIB, PaperLimits


def refused(file: Path, limits: PaperLimits) -> Flag | None:
    """Why the file is not even opened."""
    try:
        status = file.stat()
    except OSError as error:
        return Flag(kind="unreadable", detail=error.strerror or "it cannot be opened")
    if not stat.S_ISREG(status.st_mode):
        return Flag(kind="unreadable", detail="it is not a regular file")
    if status.st_size > limits.file_bytes:
        size, most = status.st_size / MIB, limits.file_bytes / MIB
        return Flag(kind="too-large", detail=f"{size:.1f} MiB, at most {most:g} MiB are read")
    return None


def told_by(module: str, arguments: Sequence[str], *, limits: PaperLimits) -> Answer:
    """Run `module` of the probes with these arguments and read the JSON that it prints, or say why there is none."""
    compile_once(Path(__file__).with_name(f"{module}.py"))
    command = [sys.executable, "-P", "-s", "-m", f"{__package__}.{module}", *arguments]
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        outcome = sandbox.run(
            command,
            limits=sandbox.Limits(
                wall_seconds=limits.wall_seconds,
                memory_bytes=limits.memory_bytes,
                file_bytes=0,
                cpu_seconds=limits.cpu_seconds,
                output_bytes=OUTPUT_BYTES,
            ),
            cwd=Path(folder),
            env={"PYTHONPATH": str(PACKAGE_PARENT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
    ending = Ending(
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        timed_out=outcome.timed_out,
        stdout=outcome.stdout,
        truncated=outcome.truncated,
        out_of_memory=b"memory" in outcome.stderr.lower(),
    )
    if not ending.ok:
        return Answer(document=None, why=ending.why(limits))
    try:
        return Answer(document=json.loads(ending.stdout))
    except ValueError:
        return Answer(document=None, why="its reader gave no answer")
