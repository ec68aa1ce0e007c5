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

READER_STOPPED = frozenset({"reader-limit", "reader-failed", "too-large", "too-many-pages", "text-incomplete"})
"""A limit of the harness ended the reading, or its reader gave up or left something out: no defect of the paper."""

RECOGNISED_TEXT = "recognised-text"
"""Pages are pictures, and what is read of them was recognised by another program."""

REFERENCES_DOUBTFUL = frozenset(
    {
        RECOGNISED_TEXT,
        "blank-page-among-text",
        "several-reference-lists",
        "unlike-references",
        "picture-above-references",
        "picture-uncounted",
        *TEXT_UNREADABLE,
    }
)
"""Where the references begin and end is less than certain."""

AFTER_REFERENCES, NEARLY_EMPTY = "after-references", "last-counted-page-nearly-empty"
"""What makes one more page count, and may be read either way by a person."""

PAGES_DOUBTFUL = frozenset({"engines-disagree"})
"""Two readers of PDFs do not agree on the number of pages."""

OF_THE_SHEET = frozenset(
    {"rotated-page", "user-unit", "crop-differs", "mixed-page-sizes", "scaled-text", "scaled-forms"}
)
"""The sheet itself is not as a template's: turned, cropped, scaled."""

HIDDEN_TEXT, ACTIVE_CONTENT = "hidden-text", "active-content"
LABELS_OFF_PAGE = "labels-off-page"
"""Ticks and names of a picture that is larger than the page; named, and no hidden text."""

MISNAMED = frozenset({"misnamed", "username-mismatch", "wrong-case-extension"})
"""A file that fills a role under another name than the one asked for."""

UNASSIGNED = frozenset({"unassigned-paper", "unassigned-notebook", "unassigned-source", "unassigned-file"})
"""A file that may be the missing one, but whose name does not say so."""

NESTED = frozenset({"nested-top-folder", "misplaced"})
"""Files lie in a folder inside the archive."""

COUNTS_DISAGREE = frozenset({"bands-differ", "counts-disagree"})
"""The witnesses of the meter tell different numbers."""

INVISIBLE = frozenset({"self-test-failed", "tampered", "unmetered-process", "meter-integrity", "agent-fault"})
"""Part of the work may have been invisible to the meter: what was counted is the least there was."""

UNCOUNTED = frozenset({"updates-without-gradient", "forward-mode", "judged-untrained"})
"""Training was seen of a sort that has no count."""

LOADS_PRETRAINED = "loads-pretrained-weights"
LOADS_WEIGHTS = "loads-weights-file"
ALSO_SAVED = "which this file also saves"
"""Ends the words of a weights flag when the same file wrote the weights it reads: a checkpoint of its own."""

WEIGHTS_LOADED, WEIGHTS_OPENED = "weights-loaded", "opened-weights"
WEIGHTS_SUSPECTED = "pretrained-suspected"
LARGE_LITERAL = "large-literal"
IN_TRAINING = "its values are in"
"""In the words of a load whose values a network held when its training began."""
ASKED_FOR = "was asked for"
"""In the words of a load by name or address, whether anything came or not."""
ONE_TENSOR, RIGHT_BEFORE = ": 1 of the ", "before its first update it was right"
"""In the words of a suspicion: that it rests on one tensor only, and that the accuracy speaks too."""
LIBRARY_ATTEMPT = "forbidden-library-attempt"
IMPORTS = " imports "
"""In the words of such an attempt, before the name of the module."""

NEEDS_GPU = "needs-gpu"
NOT_REACHED = frozenset({"time-used-up", "not-after-others"})
"""Of several files that are executed one after the other: those before it left no time, or no folder it starts in."""

STATES_PARAMETERS = "states-parameter-count"
UNTRAINED, TRAINED, UNCLEAR = "untrained-network", "trained-network", "unclear-network"
NEEDS_DATA = frozenset({"depends-on-data", "sampling-failed-without-data"})
"""Drawn again with one seed and without the data sets, the samples were others, or there were none."""
WITHOUT_DATA, DATA_UNKNOWN = "sampled-without-data", "data-dependence-unknown"


LIST_UNREAD = frozenset({"not-text", "too-large", "empty-file"})
"""A list of people that could not be read as text."""

LIST_MALFORMED = frozenset(
    {"several-ids-on-a-line", "words-beside-an-id", "line-without-an-id", "repeated-id", "team-too-long"}
)
"""Lines of such a list that are something else than one user id."""


LINES_WITHOUT_ID = frozenset({"line-without-an-id"})
"""Lines on which a member may stand by name only."""

FORM_UNREAD = frozenset({"not-a-pdf", "encrypted", "damaged"})
"""A form that does not open."""

FORM_UNCLEAR = frozenset(
    {
        "scanned-form",
        "repaired-form",
        "no-rows",
        "several-pages",
        "untitled-form",
        "row-without-share",
        "row-without-id",
        "other-total",
        "unreadable",
        "too-large",
    }
)
"""A form that is not, or not all, made out, or past what the program reads in its limits: a person reads it."""


EXERCISE_EMPTY = frozenset({"exercise-unread", "exercise-empty"})
"""An exercise without an answer that anybody could read; one past the program's own limits is not among them."""


def of_kind(flags: Iterable[Flag], kinds: Collection[str]) -> list[Flag]:
    """The flags of these kinds, in order."""
    return [flag for flag in flags if flag.kind in kinds]
