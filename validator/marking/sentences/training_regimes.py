"""How each of several networks was trained, side by side: what differs is marked, what it means is a person's to say.

Steps, batches and settings are as the meter and the optimisers tell them; augmentation is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from validator.marking.networks import Named, named
from validator.marking.regimes import Row, rows
from validator.marking.report import Table
from validator.marking.told import Told

TITLE = "how each network was trained"
READINGS = ()
FEWEST = 2
DIFFERS = " (differs)"


def say(told: Told) -> Iterator[str]:
    """How many facts differ, and which."""
    found = _named(told)
    if len(found) < FEWEST:
        if told.networks():
            yield "How the networks were trained cannot be compared: fewer than two were found in the run."
        return
    compared = rows(found, {})
    differing = [row.fact for row in compared if row.differs]
    alike = len([row for row in compared if row.known and not row.differs])
    said = f"differ in {', '.join(differing)}" if differing else "do not differ"
    yield f"Of {len(compared)} facts that were looked for the trainings {said}; {alike} are exactly alike."


def tables(told: Told) -> Iterator[Table]:
    """Every fact of each network."""
    found = _named(told)
    if len(found) >= FEWEST:
        head = ("", *(one.name for one in found))
        body = tuple((_label(row), *row.values) for row in rows(found, {}))
        yield Table(title="The trainings of the networks", head=head, rows=body)


def _named(told: Told) -> list[Named]:
    found = [named(told.evidence, name) for name in told.networks()]
    return [one for one in found if isinstance(one, Named)]


def _label(row: Row) -> str:
    return row.fact + (DIFFERS if row.differs else "")
