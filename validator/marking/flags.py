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
        "unparsed",
    }
)
"""A notebook or script, or a part of it, could not be read as Python."""

TEXT_UNREADABLE = frozenset(
    {
        "unreadable",
        "unreadable-text",
        "text-unreadable",
        "no-text",
        "little-text",
        "garbled-text",
        "scanned",
        "engines-disagree",
        "hidden-text",
    }
)
"""The text of the PDF, or a part of it, cannot be relied on, so neither can the place of the references."""

MISNAMED = frozenset(
    {
        "misnamed",
        "misnamed-file",
        "did-you-mean",
        "near-name",
        "username-mismatch",
        "wrong-case",
        "wrong-case-extension",
        "wrong-extension",
    }
)
"""A file that fills a role under another name than the one asked for."""

NESTED = frozenset({"nested-folder", "nested", "top-folder"})
"""The files lie in a folder inside the archive."""

COUNTS_DISAGREE = frozenset({"bands-differ", "counts-disagree"})
"""The witnesses of the meter tell different numbers."""

LOADS_PRETRAINED = "loads-pretrained-weights"
LOADS_WEIGHTS = "loads-weights-file"
ALSO_SAVED = "which this file also saves"
"""Ends the words of a weights flag when the same file wrote the weights it reads: a checkpoint of its own."""

STATES_PARAMETERS = "states-parameter-count"
UNTRAINED, TRAINED = "untrained-network", "trained-network"


def of_kind(flags: Iterable[Flag], kinds: Collection[str]) -> list[Flag]:
    """The flags of these kinds, in order."""
    return [flag for flag in flags if flag.kind in kinds]
