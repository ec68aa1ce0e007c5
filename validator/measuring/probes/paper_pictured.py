"""What the pictures of a paper change about its references: pages that count for a picture. In the child only."""

from __future__ import annotations

from dataclasses import replace

from validator.evidence import Flag
from validator.measuring.probes import paper_pictures
from validator.measuring.probes.paper_pages import Seen
from validator.measuring.probes.paper_references import References

PICTURE = "a picture"


def with_pictures(found: References, seen: Seen) -> tuple[References, list[Flag]]:
    """The same references once pictures are seen, above the heading or after it; and a flag for one above."""
    if found.page is None:
        return found, []
    pictures = paper_pictures.without_furniture(seen.pictures, body=min(found.lists) - 1)
    beside = pictures[found.page - 1]
    height = (
        paper_pictures.heading_height(seen.pages[found.page - 1], found.heading) if beside and not found.above else None
    )
    higher = height is not None and any(one.bottom > height for one in beside)
    pages = {number for number, some in enumerate(pictures, 1) if some and number > min(found.lists)}
    if higher:
        pages.discard(found.page)
    elif beside:  # below the heading, or it is not known on which side
        pages.add(found.page)
    pages -= found.counted
    after = sorted([*found.after, *(f"p{number}: {PICTURE}" for number in pages)], key=_page)
    counted = found.counted | pages | ({found.page} if higher else set())
    if max(counted) > max(found.counted, default=0):  # the last page that counts does so for its picture
        found = replace(found, lines_on_last=0)
    if not higher:
        return replace(found, counted=counted, after=tuple(after)), []
    flag = Flag(kind="picture-above-references", detail="only a picture", where=f"p{found.page}")
    return replace(found, counted=counted, after=tuple(after), above=PICTURE), [flag]


def _page(quote: str) -> int:
    return int(quote.partition(":")[0].removeprefix("p"))
