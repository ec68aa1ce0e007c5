"""The video is longer than allowed.

## What it checks
The length that the video's header gives, and the length of its pictures together, against the limit and the tolerance
of the clause. A video within the tolerance passes, and that is said.

## Why it matters
To say it shortly is part of the task.

## Evidence
`video.seconds` and `video.picture_seconds`, read from the boxes of the file without decoding it. Where the two fall on
different sides of the limit, or neither is said, a person looks; so too where the movie stands in fragments, of which
the header need not know.

## How to fix
Cut the video and save it again; a player shows its length.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.evidence import Document, Evidence
from validator.marking.documents import of_kind, unread
from validator.marking.finding import Finding
from validator.marking.rubric import Clause

READINGS = ("video.seconds", "video.picture_seconds")
LIMITS = {"seconds": int, "tolerance": int}
UNIT = "seconds"
FRAGMENTED = "video-fragmented"


def check(evidence: Evidence, clause: Clause) -> Iterator[Finding]:
    """One finding for each video."""
    videos = of_kind(evidence, "video")
    if not videos:
        yield unread(evidence, clause.about or "video", "the video's length is not known")
    for video in videos:
        yield _finding(video, limit=clause.limits["seconds"], tolerance=clause.limits["tolerance"])


def _finding(video: Document, *, limit: int, tolerance: int) -> Finding:
    said, seen = (video.readings.get(f"{video.role}.{name}") for name in ("seconds", "picture_seconds"))
    lengths = [reading.value for reading in (said, seen) if reading is not None and reading.value is not None]
    if not lengths:
        why = said.why if said is not None else "no length was read"
        return Finding(verdict="unknown", message=f"length: {why}", limit=limit, unit=UNIT, where=video.path)
    over = [length > limit + tolerance for length in lengths]
    numbers = " and ".join(dict.fromkeys(f"{length:.1f} s" for length in lengths))
    allowed = f"{limit} s allowed, {tolerance} s of tolerance"
    if any(over) and not all(over):
        message = f"header and pictures disagree: {numbers}; {allowed}"
        return Finding(verdict="unknown", message=message, limit=limit, unit=UNIT, where=video.path)
    fragments = next((flag.detail for flag in video.flags if flag.kind == FRAGMENTED), "")
    if fragments and not any(over):
        message = f"{numbers} by its header, but {fragments}; {allowed}"
        return Finding(verdict="unknown", message=message, limit=limit, unit=UNIT, where=video.path)
    longest = max(lengths)
    within = "; within the tolerance" if limit < longest <= limit + tolerance else ""
    return Finding(
        verdict="fail" if all(over) else "pass",
        message=f"{numbers} long, {allowed}{within}",
        measured=round(longest, 1),
        limit=limit,
        unit=UNIT,
        excess=round(longest - limit, 1) if all(over) else None,
        where=video.path,
        witness="observed",
    )
