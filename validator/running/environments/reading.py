"""The process in which a stranger's requirements.txt is read: bytes on stdin, JSON on stdout.

`python -m validator.running.environments.reading`, boxed: whatever the file does to a parser ends this process only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import validator
from validator import plain
from validator.measuring import sandbox
from validator.measuring.probes.requirement_lines import FILE_BYTES, Refusal, Requirements, parsed

MIB = 1024 * 1024
LIMITS = sandbox.Limits(wall_seconds=20.0, memory_bytes=512 * MIB, file_bytes=MIB, cpu_seconds=10, output_bytes=MIB)


def read_boxed(content: bytes) -> Requirements:
    """What the file asks for, read in a process of its own; never raises."""
    command = [sys.executable, "-P", "-m", __name__]
    parent = Path(validator.__file__).resolve().parents[1]
    done = sandbox.run(
        command, limits=LIMITS, cwd=parent, env={"PYTHONPATH": str(parent)}, stdin=content[: FILE_BYTES + 1]
    )
    try:
        return plain.from_plain(Requirements, json.loads(done.stdout))
    except ValueError:
        rule, fix = "no list that could be read", "list the packages that the notebooks import, one a line"
        return Requirements(refused=(Refusal(line=0, text="", rule=rule, fix=fix),))


if __name__ == "__main__":
    print(json.dumps(plain.to_plain(parsed(sys.stdin.buffer.read(FILE_BYTES + 1)))))  # noqa: T201 - its answer
