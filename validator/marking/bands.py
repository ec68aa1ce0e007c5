"""How far a stated number may lie from the measured one before it differs: rounding, sampling, and another training.

The harness trains again with another state of the random generators, so a stated accuracy is compared with that of
another network. Both were scored on the same test images. The half-width is 1.96 times the root of the summed
variances: the measured one's own (from its Wilson interval, or the spread over redrawn samples) and twice that of one
training, once for the student's and once for ours; half a unit of the last printed digit comes on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from validator.evidence import Claim, Evidence
from validator.marking.absence import reading_or_why
from validator.marking.claims import value_text
from validator.marking.networks import CLASSIFIER

QUANTILE = 1.96
"""Of the normal distribution, for 95 %."""
ACCURACY_SD, LOSS_SHARE, FID_SHARE, FID_DRAW = Decimal("0.005"), Decimal("0.1"), Decimal("0.03"), Decimal("0.3")
"""What holds where a clause names none: standard deviation of a test accuracy from training to training; of a test loss
and of an FID in shares of their value; two standard deviations of an FID from draw to draw of 10,000 samples."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """The measured value and how far below and above it a stated one may lie; `words` say what that rests on."""

    value: float
    below: float
    above: float
    words: str

    def holds(self, stated: float, *, rounding: float = 0.0) -> bool:
        """Whether a stated value, known to `rounding` either way, lies inside."""
        slack = rounding + 1e-12
        return self.value - self.below - slack <= stated <= self.value + self.above + slack

    def text(self, kind: str) -> str:
        """`91.2 % (89.4 % to 92.8 %: ...)`."""
        low, high = self.value - self.below, self.value + self.above
        high = min(high, 1.0) if kind == "accuracy" else high
        ends = f"{value_text(kind, max(low, 0.0))} to {value_text(kind, high)}"
        return f"{value_text(kind, self.value)} measured, {ends} with the noise ({self.words})"


def accuracy_band(
    evidence: Evidence, *, about: str = CLASSIFIER, part: str, claim: Claim, limits: Mapping[str, Decimal]
) -> Band | str:
    """Around the recomputed accuracy, or why there is none; a larger spread that is stated over seeds is taken."""
    reading = reading_or_why(evidence, f"{about}.{part}_accuracy", unit="share")
    if reading.value is None:
        return reading.why
    value = float(reading.value)
    images = evidence.reading(f"{about}.{part}_images").value
    low, high = (evidence.reading(f"{about}.{part}_accuracy_{end}").value for end in ("low", "high"))
    own = QUANTILE * sqrt(value * (1 - value) / images) if images else 0.0
    own_below = value - low if low is not None else own
    own_above = high - value if high is not None else own
    sd = float(limits.get("accuracy_sd", ACCURACY_SD))
    said = "between trainings"
    if "over-seeds" in claim.flags and claim.spread is not None and claim.spread > sd:
        sd, said = claim.spread, "between trainings, as stated"
    retrained = QUANTILE * sqrt(2) * sd
    count = f" of {images:,} images" if images else ""
    return Band(
        value=value,
        below=_together(own_below, retrained),
        above=_together(own_above, retrained),
        words=f"95 % interval{count} and a standard deviation of {100 * sd:.2g} points {said}",
    )


def loss_band(evidence: Evidence, *, about: str = CLASSIFIER, part: str, limits: Mapping[str, Decimal]) -> Band | str:
    """Around the recomputed mean loss, or why there is none."""
    reading = reading_or_why(evidence, f"{about}.{part}_loss", unit="nats")
    if reading.value is None:
        return reading.why
    spread = evidence.reading(f"{about}.{part}_loss_sd").value
    images = evidence.reading(f"{about}.{part}_images").value
    own = QUANTILE * float(spread) / sqrt(images) if spread is not None and images else 0.0
    share = float(limits.get("loss_share", LOSS_SHARE))
    half = _together(own, QUANTILE * sqrt(2) * share * float(reading.value))
    words = f"a standard deviation of {100 * share:.2g} % between trainings"
    return Band(value=float(reading.value), below=half, above=half, words=words)


def fid_band(evidence: Evidence, *, name: str, limits: Mapping[str, Decimal]) -> Band | str:
    """Around the FID under one protocol (`fid`, `fid_clean`), or why there is none."""
    reading = reading_or_why(evidence, f"samples.{name}", unit="FID")
    if reading.value is None:
        return reading.why
    draw, share = float(limits.get("fid_draw", FID_DRAW)), float(limits.get("fid_share", FID_SHARE))
    spread = evidence.reading(f"samples.{name}_sd").value
    spread = evidence.reading("samples.fid_sd").value if spread is None else spread
    drawn = max(draw, 2 * float(spread or 0.0)) * sqrt(2)
    half = _together(drawn, QUANTILE * sqrt(2) * share * float(reading.value))
    words = (
        f"{drawn:.2g} from draw to draw of the samples, a standard deviation of {100 * share:.2g} % between trainings"
    )
    return Band(value=float(reading.value), below=half, above=half, words=words)


def _together(*halves: float) -> float:
    return sqrt(sum(half * half for half in halves))
