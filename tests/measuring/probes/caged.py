"""Reads every hostile file in a fork with its limits, as a stage does, and prints what came of each as one JSON line.

`python -m tests.measuring.probes.caged FOLDER`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import pypdf  # noqa: F401 - what a fork needs is loaded before

from validator.measuring.probes import paper_forked, paper_reader  # noqa: F401
from validator.measuring.probes.paper import paper
from validator.plan import PaperLimits


def main() -> None:
    """Every file of the folder, in order of its name."""
    os.environ[paper_forked.SAYS_SO] = "1"
    for file in sorted(Path(sys.argv[1]).glob("*.pdf")):
        started = time.monotonic()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = paper(root=file.parent, path=file.name, limits=PaperLimits())
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = {
            "name": file.stem,
            "seconds": time.monotonic() - started,
            "processor_seconds": after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime,
            "most_kilobytes": after.ru_maxrss,
            "total": found.readings["paper.pages_total"].value,
            "counted": found.readings["paper.pages_counted"].value,
            "why": found.readings["paper.pages_counted"].why,
            "body_size": found.readings["paper.body_size"].value,
            "flags": {flag.kind: flag.detail for flag in found.flags},
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
