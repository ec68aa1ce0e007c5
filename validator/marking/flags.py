"""Which kinds of flags mean what to the rules. The words of upstairs, listed once; no verdicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from validator.evidence import Flag

NOT_PARSED = frozenset(
    {
        "syntax-error",
        "not-text",
        "huge-file",
        "unreadable-file",
        "empty-file",
        "not-a-notebook",
        "nested-too-deeply",
    }
)
"""A notebook or script, or a part of it, could not be read as Python."""

TEXT_UNREADABLE = frozenset({"low-text", "little-text", "garbled-text", "text-incomplete", "damaged"})
"""The text of the PDF, or of a page, cannot be relied on; with a place it is about that page only."""

REFERENCES_DOUBTFUL = frozenset(
    {"several-reference-lists", "unlike-references", "picture-above-references", *TEXT_UNREADABLE}
)
"""Where the references begin and end is less than certain."""

MISNAMED = frozenset({"misnamed", "username-mismatch", "wrong-case-extension"})
"""A file that fills a role under another name than the one asked for."""

UNASSIGNED = frozenset({"unassigned-paper", "unassigned-notebook", "unassigned-source"})
"""A file that may be the missing one, but whose name does not say so."""

NESTED = frozenset({"nested-top-folder", "misplaced"})
"""Files lie in a folder inside the archive."""

COUNTS_DISAGREE = frozenset({"bands-differ", "counts-disagree"})
"""The witnesses of the meter tell different numbers."""

LOADS_PRETRAINED = "loads-pretrained-weights"
LOADS_WEIGHTS = "loads-weights-file"
ALSO_SAVED = "which this file also saves"
"""Ends the words of a weights flag when the same file wrote the weights it reads: a checkpoint of its own."""

STATES_PARAMETERS = "states-parameter-count"
UNTRAINED, TRAINED, UNCLEAR = "untrained-network", "trained-network", "unclear-network"


def of_kind(flags: Iterable[Flag], kinds: Collection[str]) -> list[Flag]:
    """The flags of these kinds, in order."""
    return [flag for flag in flags if flag.kind in kinds]
