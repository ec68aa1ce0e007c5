"""How stated numbers of one fact are judged by what was measured: counts exactly, the rest within a band."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from validator.evidence import Claim, Evidence, Run, Witness
from validator.marking.absence import reading_or_why
from validator.marking.bands import Band, accuracy_band, fid_band, loss_band
from validator.marking.claims import Fact, is_count, open_below, value_text
from validator.marking.networks import run_about, subject

UNITS = {"parameters": "parameters", "steps": "steps", "accuracy": "share", "loss": "nats", "fid": "FID"}
COUNTS = {
    "steps": {
        "gradient_computations": "gradient computations",
        "optimiser_calls": "calls of the optimiser",
        "steps_of_one_tensor": "steps of one tensor",
    },
    "parameters": {"trainable_parameters": "trainable parameters"},
}
"""Other counts of the same run that a student may have meant."""
FID_LIBRARIES = {"cleanfid": "fid_clean", "pytorch_fid": "fid"}
OTHER_FID_LIBRARIES = frozenset({"torch_fidelity", "torchmetrics", "ignite", "piq", "tensorflow_gan"})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What one measured number makes of a claim: `agrees`, `part` (of the model only), `differs` or `unclear`."""

    word: Literal["agrees", "part", "differs", "unclear"]
    beside: str
    """The measured number, or what the claim agrees with."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How claims of one fact are judged, and the number they are judged by."""

    value: int | float | None
    witness: Witness | None
    judge: Callable[[Claim], Judged]
    why: str = ""
    """Why nothing was measured."""


def measure_of(evidence: Evidence, fact: Fact, bands: Mapping[str, Decimal]) -> Measure:
    """What was measured of this fact, and how a claim of it is judged."""
    if fact.kind in COUNTS:
        return _count(evidence, fact)
    name = "samples.fid" if fact.kind == "fid" else f"{subject(evidence, fact.about)}.{fact.part}_{fact.kind}"
    reading = reading_or_why(evidence, name, unit=UNITS[fact.kind])
    why = reading.why or _why_incomparable(evidence, fact, name)
    if why:
        return Measure(value=None, witness=None, judge=_unclear(why), why=why)
    return Measure(
        value=reading.value, witness=reading.source, judge=lambda claim: _in_band(evidence, fact, claim, bands)
    )


def _unclear(why: str) -> Callable[[Claim], Judged]:
    return lambda _claim: Judged(word="unclear", beside=why)


def _why_incomparable(evidence: Evidence, fact: Fact, name: str) -> str:
    """Why what was measured is not what the student could have measured; empty when it is."""
    if any(metrics.lookalike for metrics in evidence.metrics if name in metrics.readings):
        return "measured on look-alike data or weights, which is comparable with nothing"
    run = run_about(evidence, fact.about)
    if run is not None and not run.complete:
        return "the run here did not go through the whole training" + (f": {run.detail}" if run.detail else "")
    return ""


def _in_band(evidence: Evidence, fact: Fact, claim: Claim, limits: Mapping[str, Decimal]) -> Judged:
    band = _band(evidence, fact, claim, limits)
    if isinstance(band, str):
        return Judged(word="unclear", beside=band)
    beside = band.text(fact.kind)
    if band.holds(claim.value, rounding=open_below(claim)):
        return Judged(word="agrees", beside=beside)
    whose = subject(evidence, fact.about)
    own = evidence.reading(f"{whose}.student_{fact.part}_accuracy").value if fact.kind == "accuracy" else None
    if own is not None and replace(band, value=float(own)).holds(claim.value, rounding=open_below(claim)):
        seen = f"{beside}; the notebook's own evaluation, run here, gives {value_text(fact.kind, float(own))}"
        return Judged(word="unclear", beside=f"{seen}, which agrees: the two evaluations differ")
    if fact.kind == "loss":
        return Judged(word="unclear", beside=f"{beside}; another loss may be meant, as with smoothed labels")
    if fact.part == "train" and claim.value < band.value:
        return Judged(word="unclear", beside=f"{beside}; lower is what augmented images or a running mean give")
    other = _of_legacy_mode(evidence, fact, claim, limits)
    if other is not None and other.holds(claim.value, rounding=open_below(claim)):
        seen = f"{value_text(fact.kind, other.value)} under the protocol of pytorch-fid"
        return Judged(word="unclear", beside=f"{beside}; {seen}, which cleanfid gives in its legacy modes")
    return Judged(word="differs", beside=beside)


def _band(evidence: Evidence, fact: Fact, claim: Claim, limits: Mapping[str, Decimal]) -> Band | str:
    whose = subject(evidence, fact.about)
    if fact.kind == "accuracy":
        return accuracy_band(evidence, about=whose, part=fact.part, claim=claim, limits=limits)
    if fact.kind == "loss":
        return loss_band(evidence, about=whose, part=fact.part, limits=limits)
    protocol = _protocol(evidence, claim, fact.about)
    if isinstance(protocol, str) and protocol in ("fid", "fid_clean"):
        return fid_band(evidence, name=protocol, limits=limits)
    return protocol


def _protocol(evidence: Evidence, claim: Claim, role: str) -> str:
    """The reading under the student's own protocol, or why none is: values of two protocols are never compared."""
    if "clean-fid" in claim.flags:
        return "fid_clean"
    modules = {
        item.module.split(".")[0] for source in evidence.sources if source.role == role for item in source.imports
    }
    named = {reading for module, reading in FID_LIBRARIES.items() if module in modules}
    if len(named) == 1 and not modules & OTHER_FID_LIBRARIES:
        return named.pop()
    value = evidence.reading("samples.fid").value
    beside = f" ({value_text('fid', float(value))} under the protocol of pytorch-fid)" if value is not None else ""
    return f"which protocol the stated FID follows is not known, and values of two are not compared{beside}"


def _of_legacy_mode(evidence: Evidence, fact: Fact, claim: Claim, limits: Mapping[str, Decimal]) -> Band | None:
    """The band of pytorch-fid, where cleanfid is imported and no word says in which of its modes it was called."""
    if fact.kind != "fid" or "clean-fid" in claim.flags or _protocol(evidence, claim, fact.about) != "fid_clean":
        return None
    band = fid_band(evidence, name="fid", limits=limits)
    return None if isinstance(band, str) else band


def _count(evidence: Evidence, fact: Fact) -> Measure:
    reading = reading_or_why(evidence, f"{fact.about}.{fact.kind}", unit=fact.kind)
    run = run_about(evidence, fact.about)
    if not reading.value:
        why = reading.why or f"no {fact.kind} were counted"
        return Measure(value=None, witness=None, judge=_unclear(why), why=why)
    value = int(reading.value)
    return Measure(
        value=value, witness=reading.source, judge=lambda claim: _of_count(evidence, fact, run, claim, value)
    )


def _of_count(evidence: Evidence, fact: Fact, run: Run | None, claim: Claim, value: int) -> Judged:
    """Exactly, but for rounding; a lower bound contradicts only what lies below it."""
    complete = run is not None and run.complete
    beside = f"{'' if complete else 'at least '}{value:,} {fact.kind} measured"
    if is_count(claim, value):
        return Judged(word="agrees", beside=beside)
    most = evidence.reading(f"{fact.about}.steps_at_most").value if fact.kind == "steps" else None
    if most is not None and value <= claim.value <= most:
        return Judged(word="agrees", beside=f"{beside}, at most {most:,}")
    for name, words in COUNTS[fact.kind].items():
        other = evidence.reading(f"{fact.about}.{name}").value
        if other and is_count(claim, int(other)):
            return Judged(word="agrees", beside=f"{beside}, and {other:,} {words}")
    for network in run.networks if run else ():
        own = network.parameters if fact.kind == "parameters" else network.steps
        if own and is_count(claim, own) and own != value:
            return Judged(word="part", beside=f"{beside}; {own:,} are those of the network {network.name} alone")
    if not complete and claim.value > value:
        return Judged(word="unclear", beside=beside)
    return Judged(word="differs", beside=beside)
