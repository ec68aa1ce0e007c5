"""Reads damaged papers one after the other inside limits, and prints what came of each as one JSON line.

`python -m tests.measuring.probes.mutated BASE:NUMBER ...`. Both readers work in this one process: to start two for
each of 520 papers would take longer than the papers do.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

from fixtures.paper_mutations import bases, mutated
from validator.measuring.probes.paper_reader import read

MEMORY_BYTES = 1536 * 1024 * 1024
MOST_PAGES = 40


def second_count(content: bytes) -> int | None:
    """Pages that the second reader sees and can open; None where it cannot open the file, or is not installed."""
    try:
        import pypdfium2 as pdfium
    except ImportError:
        return None
    try:
        document = pdfium.PdfDocument(content)
        for number in range(len(document)):
            document[number].close()
        return len(document)
    except pdfium.PdfiumError:
        return None


def main() -> None:
    """Limits first, then paper by paper."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    known = {base.name: base for base in bases()}
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        file = Path(folder) / "a.pdf"
        for asked in sys.argv[1:]:
            name, _, number = asked.partition(":")
            content = mutated(known[name].content, int(number), seed=name)
            file.write_bytes(content)
            started = time.process_time()
            said: dict[str, object] = {"asked": asked}
            try:
                paper = read(file, path="a.pdf", most_pages=MOST_PAGES)
                said |= {
                    "total": paper.readings["paper.pages_total"].value,
                    "counted": paper.readings["paper.pages_counted"].value,
                    "why": paper.readings["paper.pages_counted"].why,
                    "kinds": [flag.kind for flag in paper.flags],
                }
            except Exception:  # noqa: BLE001 - whatever is raised is what the test is about
                said["raised"] = traceback.format_exc()
            said |= {"seconds": time.process_time() - started, "second": second_count(content)}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
