"""The door between the storeys: everything measured about one submission, as frozen data and as JSON.

Knows no limit and no mark. Imports the standard library only, so that whoever marks needs nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from validator import plain

SCHEMA = 1

Witness = Literal["observed", "reported", "claimed"]
"""`observed` from outside the student's process, `reported` by the agent inside it, `claimed` by the student."""

Outcome = Literal["finished", "raised", "timed-out", "killed", "not-started"]
"""How the execution of one notebook ended. `killed` is a dead kernel, whoever killed it."""

NOT_MEASURED = "not measured by this version"
HARNESS_FAILED = "the harness failed while measuring this (a harness error, not the student's)"


class EvidenceError(ValueError):
    """The evidence file cannot be read; the message says what to do."""


def _is_finite(value: int | float) -> bool:
    """Also false for a whole number that no float can hold: nothing that is counted is that large."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One number with its unit and its witness, or the reason why there is none: never both, never NaN."""

    value: int | float | None
    unit: str
    source: Witness | None = None
    why: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.value, bool):
            raise ValueError("a reading is a number, not a truth value")
        if (self.value is None) == (not self.why):
            raise ValueError("a reading has a value or a reason why not, exactly one of them")
        if self.value is not None and not _is_finite(self.value):
            raise ValueError("a reading is finite")
        if (self.value is None) != (self.source is None):
            raise ValueError("a value has a witness; a missing one has none")

    @classmethod
    def missing(cls, *, unit: str, why: str) -> Reading:
        """The absence of a number, with its reason."""
        return cls(value=None, unit=unit, source=None, why=why)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """Something seen that a person or a rule may care about: a kind in dashes, the words, and the place."""

    kind: str
    detail: str
    where: str = ""
    source: Witness = "observed"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A failure of the harness itself while it measured: never the student's, never marks."""

    stage: str
    what: str
    trace: str = ""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One hand-in: who (the name of the archive), which bytes, when it was handed in."""

    id: str
    sha256: str
    source: str
    """File or folder name as it was given, without its path."""
    submitted_at: str | None = None
    """ISO 8601 with offset, from the export or an option; None when nobody said."""
    members: tuple[str, ...] = ()
    extended_until: str | None = None
    """An approved extension: ISO 8601 with offset, a date (until the deadline's time of that day), or days that are
    counted from the rubric's deadline: `5 working days`, `7 days`. None when nobody gave one."""


FileKind = Literal["paper", "notebook", "source", "image", "weights", "archive", "data", "text", "other"]


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of the submission after unpacking; `path` is relative, with forward slashes."""

    path: str
    bytes: int
    sha256: str
    kind: FileKind


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the archive held, and which file fills which role of the plan."""

    files: tuple[FileEntry, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role name to the paths that fill it, best first; empty when nothing does."""
    many: tuple[str, ...] = ()
    """Names of the roles that several files may fill; of any other role only the first file is wanted."""
    refused: Flag | None = None
    """Why nothing was unpacked: the archive broke a safety rule or could not be read."""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One number that the student states, in the paper or in a stored output: a candidate, with its words."""

    kind: str
    """`parameters`, `steps`, `accuracy`, `loss`, `fid` or `penalty`."""
    about: str
    """Role it is said of, such as `classifier`; empty when the words do not tell."""
    value: float
    unit: str
    where: str
    """`p3`, `cell 7 output`."""
    quote: str
    """The words around it, 70 characters each way at most."""
    spread: float | None = None
    """What stands after a plus-minus sign, or is called a standard deviation."""
    resolution: float = 0.0
    """What one more in the last printed digit would add: 98.4k leaves 100 open, 0.1 of a per cent is 0.001."""
    part: str = ""
    """`train` or `test` where the words tell."""
    flags: tuple[str, ...] = ()
    """Why it may not be the student's own final number: `cites-others`, `lost-superscript`, `table`, ..."""


FigureKind = Literal["samples", "interpolations", "curves", "diagram"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a paper that was recognised: a candidate with its page, never a verdict."""

    kind: FigureKind
    page: int
    """1-based."""
    detail: str
    """What it was recognised by, such as `a grid of 8 x 8 tiles` or the start of its caption."""
    seen_in: str = ""
    """Where the same picture was found: `stored outputs, cell 7` or `the run, cell 7`; empty when it was not, or not
    looked for (`compared` tells which)."""
    compared: bool = False
    """Whether it was compared with the pictures of the notebooks and of the run."""
    count: int | None = None
    """Of samples how many tiles it shows, of interpolations how many strips; None where they were not counted."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One first-level heading of a paper, in reading order."""

    title: str
    page: int
    """1-based."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image made while measuring: file name under the submission's `run` folder, and a caption."""

    name: str
    path: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One PDF, read in a child process. `readings` has `paper.pages_total` and `paper.pages_counted`.

    Its geometry is in PDF points (1/72 inch): `paper.page_width`, `paper.page_height`, `paper.left_edge`,
    `paper.right_edge`, `paper.lowest_line`, `paper.body_size`, `paper.body_share`, `paper.leading`.
    """

    path: str
    readings: Mapping[str, Reading] = field(default_factory=dict)
    references_page: int | None = None
    """1-based page on which the references start; None when no list was found."""
    references_confidence: Literal["high", "low", "none"] = "none"
    above_references: str = ""
    """First line that stands above the heading on its page, which makes that page count."""
    after_references: tuple[str, ...] = ()
    """Quotes `p5: Appendix A` of what follows the list."""
    faces: tuple[str, ...] = ()
    """Typefaces of the body text, most used first, without the prefix of a subset."""
    headings: tuple[Heading, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses in its text (joined over line breaks) and behind its links, in reading order."""
    notice: str = ""
    """Running head or foot of the first page, such as `Preprint. Under review.`"""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    """Thumbnails of pages, where the extra that draws them is installed."""
    flags: tuple[Flag, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a document: `key` and what stands beside it, as a number, as words, or as both."""

    key: str
    value: float | None = None
    unit: str = ""
    words: str = ""
    where: str = ""
    """`line 3`, `p1`, `track 2`."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file that is neither paper nor code: a team list, a form, a video, a list of packages, weights.

    `readings` are named after the role: `team.members`, `mark-split.total`, `video.seconds`.
    """

    path: str
    role: str
    kind: str
    """The role's kind in the plan, which says how it was read."""
    readings: Mapping[str, Reading] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import of student code: the whole dotted name and the place `cell 3 line 2` or `line 14`."""

    module: str
    where: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """One notebook or script as text: cells, imports, calls worth a look. Nothing of it was executed."""

    path: str
    role: str
    cells: int = 0
    imports: tuple[Import, ...] = ()
    flags: tuple[Flag, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Numbers in the outputs that were handed in, not in those of the harness's run."""
    does: Literal["", "runs", "trains", "exported"] = ""
    """Of a script what it does when it is started: nothing but define names, run, or train; `exported` is the text of a
    notebook that a program wrote."""
    starts: tuple[str, ...] = ()
    """Names of the notebooks and scripts that its commands start, as they are written."""


CellStatus = Literal["ok", "error", "timeout", "died", "smoke", "not-run"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One code cell as its execute reply told it; `index` counts all cells of the notebook from 0."""

    index: int
    status: CellStatus
    seconds: float = 0.0
    error: str = ""
    """`NameError: name 'x' is not defined`; empty unless status is error."""


@dataclass(frozen=True, kw_only=True)
class Optimiser:
    """One optimiser of a network, as it says itself; settings are those of its largest group of parameters."""

    name: str
    """Name of its class, such as `SGD`."""
    groups: int
    calls: int
    settings: Mapping[str, float] = field(default_factory=dict)
    """Numbers by name, truth values as 0 and 1, the learning rate left out: `momentum`, `weight_decay`, `betas1`."""
    first_rate: float | None = None
    """Learning rate of its first group at its first call; None where it is no plain number."""
    last_rate: float | None = None
    lowest_rate: float | None = None
    highest_rate: float | None = None
    rate_changes: int = 0
    """How often the learning rate differed from that of the call before."""


@dataclass(frozen=True, kw_only=True)
class Regime:
    """How one network was trained, beside how often: what its optimisers and its calls tell."""

    optimisers: tuple[Optimiser, ...] = ()
    """In the order of their first calls."""
    images: int = 0
    """Images, or rows, that it was called with in training mode with gradients on."""
    calls: int = 0
    """Calls with these: together they give the batch size."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """One network of the student's process, as the judge reads the agent's records."""

    name: str
    parameters: int
    """Scalar elements of its distinct parameter tensors, frozen ones too; buffers not."""
    trainable: int
    steps: int | None
    """Updates; None when it is trained in a way whose updates cannot be counted (`why` says which)."""
    gradient_computations: int | None
    optimiser_calls: int
    witnesses: tuple[str, ...]
    """Which signals the counts rest on, such as `gradient-entry`, `value-change`, `optimizer-hook`."""
    counted: bool
    """Whether it is part of the model the role is judged by."""
    why: str
    """Why it is or is not counted, in words."""
    kind: str = "module"
    """`module`, `raw` (tensors without a module), `slot` (functional, no lasting tensor) or `jax`."""
    role: str = ""
    """`model`, `discriminator`, `earlier` (what the model goes on from), `trial`, `other`, `frozen`, `input`, `same`
    (another name of a network listed too), `rank` (the same training in another process); empty when not said."""
    variable: str = ""
    """The name of the variable that held it; empty when none did."""
    widest: int | None = None
    """Updates of its most often updated tensor: fewer than `steps` when parts took turns."""
    unverified: int = 0
    """Gradient computations after which a change could not be told: there are at most so many steps more."""
    restarts: int = 0
    """How often it was initialised again in place."""
    since_restart: int | None = None
    """Steps since the last of these, to the nearest record."""
    copies: int = 1
    """Models stacked in its tensors; `parameters` counts all of them."""
    shapes: Mapping[str, int] = field(default_factory=dict)
    """Shape of a parameter tensor, such as `64x3x3x3`, to how many have it; empty where not every one is known."""
    regime: Regime | None = None
    """How it was trained; None where nothing was seen of that."""


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One sampled training loss: the network's step count then, and the loss that was differentiated."""

    network: str
    step: int
    loss: float


@dataclass(frozen=True, kw_only=True)
class RepeatedLoss:
    """One course of a loss, printed twice: in the outputs that were handed in, and when the same cell was run here.

    `stored_end` and `rerun_end` are means of the last tenth of each (at least of one point); `noise` is the standard
    error of their difference, from how the stored points scatter about their course.
    """

    name: str
    """As it is printed, such as `train loss`."""
    part: Literal["train", "held-out", "paired"]
    """`held-out` where the words say test or validation, `paired` for losses of networks that train each other."""
    where: str
    """`cell 7`."""
    stored: tuple[float, ...] = ()
    """Every so many points, where there are many."""
    rerun: tuple[float, ...] = ()
    stored_points: int = 0
    rerun_points: int = 0
    stored_start: float | None = None
    stored_end: float | None = None
    rerun_end: float | None = None
    noise: float = 0.0
    diverged: bool = False
    """Whether the run printed something at its end that is no number, and the stored outputs did not."""
    why: str = ""
    """Why the two cannot be compared; empty when they can."""


@dataclass(frozen=True, kw_only=True)
class TriedWeights:
    """One file of weights put into a network of the run, which was then asked what it was asked when it judged last.

    By the word of the agent; the file's digest and what kept it from being tried are observed. `rows` are rows of
    answers, `labelled` those of them whose label was seen; the three counts of rows that are decided alike or right
    are None where answers are no scores `(n, classes)`, or no label was seen.
    """

    path: str
    sha256: str = ""
    """Of the bytes that were read; empty when they were not."""
    network: str = ""
    """The network that it fits; of several that it fits, the one whose answers it changes least."""
    fitting: int = 0
    """How many networks of the run it fits, each place in the file counted."""
    why: str = ""
    """Why nothing was asked with it; empty when something was."""
    rows: int = 0
    left_out: int = 0
    """Calls of the last evaluation that were not asked again: too many, too slow, or on data that were trained on."""
    trained_on: bool = False
    """Whether all the data it was asked on, as far as that is known, were trained on in this run too."""
    training_mode: bool = False
    """Whether some of the calls were, and are, made in training mode: by chance answers differ then."""
    same: int | None = None
    """Rows decided alike by the run's own weights and those of the file."""
    same_again: int | None = None
    """Rows decided alike by the run's own weights, asked twice with other random numbers."""
    difference: float | None = None
    """Root mean square of the differences of answers, over the spread of the run's own."""
    difference_again: float | None = None
    largest: float | None = None
    """The largest difference of two answers."""
    labelled: int = 0
    correct_run: int | None = None
    correct_file: int | None = None
    distance: float | None = None
    """Norm of the difference from the weights that the run ended with, over their norm."""
    identical: bool = False
    """Whether the run ended with these very weights."""
    not_numbers: int = 0
    """Values in the file that are infinite or no numbers."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """The execution of one notebook or script, and what the agent reported of it.

    `readings` has `<role>.parameters`, `<role>.trainable_parameters`, `<role>.steps`, `<role>.gradient_computations`,
    `<role>.optimiser_calls`, `<role>.steps_at_most` and `<role>.steps_of_one_tensor`.
    """

    path: str
    role: str
    """The role of the plan; where each of its files is executed, those after the first have a number: `code-2`."""
    outcome: Outcome
    detail: str = ""
    """One sentence on why the outcome is what it is; empty when finished."""
    complete: bool = False
    """Whether every count covers the whole run; when false the counts are lower bounds."""
    agreement: bool = True
    """Whether the witnesses of the meter agree with each other."""
    cells: tuple[Cell, ...] = ()
    networks: tuple[Network, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    repeated: tuple[RepeatedLoss, ...] = ()
    """Losses that were handed in as outputs, each beside what the same cell printed here."""
    weights: tuple[TriedWeights, ...] = ()
    """Files of weights that were handed in, each tried in this run."""
    readings: Mapping[str, Reading] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Numbers that the notebook printed when the harness ran it."""
    notes: tuple[str, ...] = ()
    """What a reader should know beside the numbers, and no suspicion: who was seen and is not part of the model."""
    framework: str = ""
    sandbox: str = ""
    environment: str = ""
    """Digest of the frozen list of packages that could be imported; the list is in `Evidence.environment`."""
    wall_seconds: float = 0.0
    of: str = ""
    """The role of the plan, where all of its files are executed one after the other; else empty."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Numbers recomputed outside the student's process from what it handed out (`about` a role)."""

    about: str
    network: str = ""
    """Of one of several classifiers, the network of the run that goes by this name; empty where there is one."""
    run: str = ""
    """Role of the run that holds that network."""
    readings: Mapping[str, Reading] = field(default_factory=dict)
    protocol: str = ""
    """Which data, weights and protocol, in words that a report can print."""
    lookalike: bool = False
    """True when data or weights are not the official ones: the numbers are comparable with nothing."""
    source: str = ""
    """Where the predictions or samples came from."""
    pictures: tuple[Picture, ...] = ()
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Harness:
    """Which harness measured: its version and commit (empty when not run from a checkout)."""

    version: str
    commit: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is known about one submission. Marking reads this and nothing else."""

    schema: int
    harness: Harness
    submission: Submission
    layout: Layout
    papers: tuple[Paper, ...] = ()
    documents: tuple[Document, ...] = ()
    sources: tuple[Source, ...] = ()
    runs: tuple[Run, ...] = ()
    metrics: tuple[Metrics, ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Stage name to the reason it was not run (`--static`, a missing extra, a missing file)."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions, host, device, times: everything that may differ between two honest runs."""

    @property
    def readings(self) -> dict[str, Reading]:
        """Every reading under its flat name."""
        sections: tuple[Paper | Document | Run | Metrics, ...] = (
            *self.papers,
            *self.documents,
            *self.runs,
            *self.metrics,
        )
        return {name: reading for section in sections for name, reading in section.readings.items()}

    def reading(self, name: str, *, unit: str = "") -> Reading:
        """The reading of that name, or a missing one that says why."""
        found = self.readings.get(name)
        return found or Reading.missing(unit=unit, why=self._why_missing(name))

    def run_of(self, role: str) -> Run | None:
        """The run of the file that fills this role."""
        return next((run for run in self.runs if run.role == role), None)

    def runs_of(self, role: str) -> tuple[Run, ...]:
        """Its run; where each file of the role was executed all of them, in the order in which they ran."""
        return tuple(run for run in self.runs if run.of == role) or tuple(filter(None, [self.run_of(role)]))

    def document_of(self, role: str) -> Document | None:
        """The document that fills this role."""
        return next((document for document in self.documents if document.role == role), None)

    def metrics_of(self, about: str) -> Metrics | None:
        """The recomputed numbers about this role."""
        return next((metrics for metrics in self.metrics if metrics.about == about), None)

    def flags(self) -> Iterator[Flag]:
        """Every flag of every section."""
        yield from self.layout.flags
        sections: tuple[Paper | Document | Source | Run | Metrics, ...] = (
            *self.papers,
            *self.documents,
            *self.sources,
            *self.runs,
            *self.metrics,
        )
        for section in sections:
            yield from section.flags

    def _why_missing(self, name: str) -> str:
        """Stages are named for what they measure, as in `run-classifier`; a fault of the first leaves nothing."""
        subject = name.split(".", maxsplit=1)[0]
        for stage, why in self.skipped.items():
            if subject in stage.split("-"):
                return why
        failed = {part for fault in self.faults for part in fault.stage.split("-")}
        if failed & {subject, "unpack", "static", "cohort"}:
            return HARNESS_FAILED
        return NOT_MEASURED


def dumps(evidence: Evidence) -> str:
    """The evidence as JSON text; NaN is refused, and bytes of a file name that are no text become question marks."""
    text = json.dumps(plain.to_plain(evidence), indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def loads(text: str, *, name: str = "evidence") -> Evidence:
    """Read evidence from JSON text. Raises EvidenceError naming `name` and the path to the mistake."""
    try:
        document: Any = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()  # half a character, written as an escape, is no text
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{name}: not JSON ({error}); measure the submission again") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        raise EvidenceError(
            f"{name}: evidence schema {schema}, this harness reads {SCHEMA}; measure again with --force"
        )
    try:
        return plain.from_plain(Evidence, document)
    except plain.ShapeError as error:
        raise EvidenceError(f"{name}: {error}; measure the submission again") from error


def load(path: Path | str) -> Evidence:
    """Read one `evidence.json`. Raises EvidenceError when it is missing, torn or of another schema."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path}: cannot be read ({error})") from error
    return loads(text, name=str(path))
