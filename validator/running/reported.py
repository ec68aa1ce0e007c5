"""What a submission's report was written from, so that a later run can say why it is written again.

Reports are cheap and always written; only the reason needs a memory. Measures nothing, marks nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from validator import evidence
from validator.evidence import Evidence
from validator.running.files import read_regular, real_folder, write_atomically
from validator.running.keys import changed, told

NAME = "report.json"


def parts(found: Evidence, *, rubric: str, rulings: object, harness: str) -> dict[str, str]:
    """What a report depends on: the evidence, the rubric's digest, a person's rulings, the harness that writes it."""
    digest = hashlib.sha256(evidence.dumps(found).encode()).hexdigest()
    return {"evidence": digest, "rubric": rubric, "rulings": told(rulings), "harness": harness}


def why_again(home: Path, now: Mapping[str, str]) -> str:
    """What changed since the report was written last; empty when nothing did, or none was written."""
    try:
        before = json.loads(read_regular(home / "stages" / NAME))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(before, dict) or before == dict(now):
        return ""
    return changed(before={str(name): str(part) for name, part in before.items()}, now=now)


def note(home: Path, now: Mapping[str, str]) -> None:
    """Remember what the report is written from."""
    real_folder(home / "stages")
    write_atomically(home / "stages" / NAME, json.dumps(dict(now), indent=1, sort_keys=True).encode(), durable=False)
