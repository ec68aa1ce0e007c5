"""How a paper looks, all at once: geometry, typefaces, headings, links, notice. Fails to a reason, never further."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from validator.evidence import Flag, Heading, Paper, Reading
from validator.measuring.probes.paper_geometry import BODY_NAMES, Geometry, geometry, unit_of
from validator.measuring.probes.paper_headings import headings
from validator.measuring.probes.paper_links import links
from validator.measuring.probes.paper_notice import notice
from validator.measuring.probes.paper_pages import Seen, said

IN_PICTURES = "its pages are pictures: the text over them was recognised, and how it is set says nothing of the page"

NAMES = ("page_width", "page_height", *BODY_NAMES)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What `evidence.Paper` holds of the paper's looks."""

    readings: Mapping[str, Reading]
    faces: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[str, ...] = ()
    notice: str = ""
    flags: tuple[Flag, ...] = ()


def look(seen: Seen, *, references_page: int | None) -> Look:
    """Measure the pages up to the references; the text of the paper is read already, and is what counts."""
    try:
        return _look(seen, last=references_page or len(seen.pages))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - damaged files raise anything; where text stands is worth no paper
        return Look(readings=unmeasured(said(error)))


def unmeasured(why: str) -> dict[str, Reading]:
    """Readings of a paper whose pages could not be looked at."""
    return _missing(NAMES, why)


def _missing(names: Iterable[str], why: str) -> dict[str, Reading]:
    return {f"paper.{name}": Reading.missing(unit=unit_of(name), why=why) for name in names}


def unreadable(
    path: str, *, flags: tuple[Flag, ...], pages_total: int | None = None, readings: Mapping[str, Reading] | None = None
) -> Paper:
    """A paper without a count of pages; the first flag is the reason, `readings` what is known of it all the same."""
    why = f"{flags[0].detail} ({flags[0].kind})"
    missing = Reading.missing(unit="pages", why=why)
    total = missing if pages_total is None else Reading(value=pages_total, unit="pages", source="observed")
    pages = {"paper.pages_total": total, "paper.pages_counted": missing}
    return Paper(path=path, readings={**pages, **unmeasured(why), **(readings or {})}, flags=flags)


def _look(seen: Seen, *, last: int) -> Look:
    found: Geometry = geometry(seen.pages, seen.lines, last=last)
    if 2 * sum(page <= last for page in seen.recognised) >= last:
        found = replace(found, readings={**found.readings, **_missing(BODY_NAMES, IN_PICTURES)}, faces=())
    return Look(
        readings=found.readings,
        faces=found.faces,
        headings=headings(found.lines, size=found.body_size),
        links=links(seen.pages, seen.texts),
        notice=notice(found.lines[0], height=found.height, size=found.body_size),
        flags=found.flags,
    )
