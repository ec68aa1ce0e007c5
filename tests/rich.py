"""One submission of which everything was measured: every reading of the vocabulary, and every picture as a stand-in.

`python -m tests.rich FOLDER` writes its `report.html`, `feedback.md` and `evidence.json`, to be looked at.
"""

from __future__ import annotations

import functools
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path

from validator import evidence as door
from validator.evidence import (
    Claim,
    CurvePoint,
    Evidence,
    Flag,
    Harness,
    Layout,
    Metrics,
    Network,
    Paper,
    Picture,
    Reading,
    Run,
    Submission,
)
from validator.marking.known import CLASSIFIER, INTERPOLATIONS, SAMPLES, VARIETY
from validator.marking.pictures import PICTURES

VALUES: dict[str, int | float] = {
    "classifier.train_accuracy": 0.9602, "classifier.train_accuracy_low": 0.9584,
    "classifier.train_accuracy_high": 0.9620, "classifier.test_accuracy": 0.9313,
    "classifier.test_accuracy_low": 0.9262, "classifier.test_accuracy_high": 0.9361,
    "classifier.accuracy_gap": 0.0289, "classifier.accuracy_gap_se": 0.0027,
    "classifier.train_loss": 0.123, "classifier.train_loss_sd": 0.41, "classifier.test_loss": 0.231,
    "classifier.test_loss_sd": 0.83, "classifier.train_images": 45_000, "classifier.test_images": 10_000,
    "classifier.calibration_error": 0.021, "classifier.calibration_error_expected": 0.006,
    "classifier.calibration_error_expected_sd": 0.0011,
    "classifier.student_test_accuracy": 0.9189, "classifier.student_test_images": 9_984,
    "classifier.student_test_batches": 78, "classifier.student_train_accuracy": 0.955,
    "classifier.student_train_images": 44_928, "classifier.student_test_accuracy_batch_sd": 0.024,
    "classifier.student_test_accuracy_epoch_sd": 0.004, "classifier.student_test_accuracy_network_sd": 0.006,
    "samples.count": 10_000, "samples.fid": 41.312, "samples.fid_sd": 0.2, "samples.fid_floor": 5.1,
    "samples.fid_floor_sd": 0.04, "samples.fid_trivial": 210.4, "samples.fid_trivial_blurred": 112.3,
    "samples.fid_clean": 44.02, "samples.fid_clean_sd": 0.21, "samples.fid_clean_floor": 5.42,
    "samples.fid_clean_trivial": 223.1,
    "samples.kid": 0.0312, "samples.kid_se": 0.0007, "samples.kid_floor": 0.00002, "samples.kid_trivial": 0.211,
    "samples.exact_copies": 2, "samples.mirrored_copies": 1, "samples.near_copies": 12,
    "samples.near_copies_expected": 11.4, "samples.near_copies_high": 21, "samples.feature_near_copies": 60,
    "samples.feature_near_copies_expected": 10.2, "samples.feature_near_copies_high": 19, "samples.held_out_twins": 891,
    "samples.nearest_to_train_share": 0.831, "samples.nearest_to_train_expected": 5 / 6,
    "samples.nearest_to_train_se": 0.004, "samples.feature_nearest_to_train_share": 0.853,
    "samples.feature_nearest_to_train_expected": 5 / 6, "samples.feature_nearest_to_train_se": 0.004,
    "samples.median_nearest_distance": 1620.5, "samples.median_nearest_distance_expected": 1803.2,
    "samples.resampled_count": 512, "samples.resampled_distance": 0.0004, "samples.resampled_distance_expected": 0.0001,
    "samples.resampled_distance_se": 0.0004, "samples.resampled_from_real_distance": 0.0303,
    "samples.extreme_values_share": 0.031, "samples.extreme_values_share_expected": 0.012,
    "samples.brightest_level": 255,    "samples.duplicates": 0, "samples.batch_images": 64,
    "samples.batch_near_duplicates": 1, "samples.batch_near_duplicates_expected": 0.02, "samples.batch_vendi": 31.4,
    "samples.batch_vendi_expected": 38.2, "samples.batch_vendi_low": 35.1, "samples.batch_vendi_high": 41.3,
    "samples.batch_vendi_percentile": 3.1, "samples.coverage": 0.71, "samples.coverage_se": 0.0052,
    "samples.coverage_expected": 0.967, "samples.coverage_expected_sd": 0.0018, "samples.coverage_theory": 0.96875,
    "samples.class_probe_accuracy": 0.71, "samples.classes_rare": 14, "samples.classes_rare_expected": 0.4,
    "samples.classes_rare_high": 3, "samples.classes_effective": 78.2, "samples.classes_effective_expected": 97.1,
    "samples.classes_effective_se": 0.5, "samples.bins": 100, "samples.bins_differing": 0.42,
    "samples.bins_differing_expected": 0.06, "samples.bins_differing_se": 0.02, "samples.blur_auc": 0.81,
    "samples.blur_auc_se": 0.003, "samples.blur_auc_octave": 0.77, "samples.blur_auc_octave_se": 0.0031,
    "samples.noise_share": 0.002, "samples.noise_share_expected": 0.01, "samples.noise_share_se": 0.0014,
    "samples.interpolation_pairs": 8, "samples.interpolation_steps": 10, "samples.interpolation_residual": 0.31,
    "samples.interpolation_residual_low": 0.22, "samples.interpolation_residual_high": 0.44,
    "samples.interpolation_residual_unrelated": 0.9, "samples.interpolation_sharpness": 0.88,
    "samples.interpolation_sharpness_low": 0.71, "samples.interpolation_sharpness_high": 1.12,
    "samples.interpolation_sharpness_blend": 0.52, "samples.interpolation_midpoint_percentile": 61.0,
    "samples.interpolation_blend_percentile": 93.0, "samples.interpolation_midpoints_nearer": 8,
    "samples.interpolation_sign_p": 0.0078,
}  # fmt: skip
UNITS = {name: unit for name, unit, _ in (*CLASSIFIER, *SAMPLES, *VARIETY, *INTERPOLATIONS)}
FLAGS = {
    "classifier": (
        Flag(kind="evaluated-in-train-mode", detail="the last evaluation ran in train mode: dropout was on"),
        Flag(kind="test-images-left-out", detail="16 of 10,000 test images were never shown: a dropped last batch"),
        Flag(kind="quoted-spread", detail="the quoted 0.9 ± 0.4 % is the spread over evaluations, not over seeds"),
    ),
    "generator": (
        Flag(kind="exact-copies", detail="sample 2 = train 7, sample 5 = train 9; 1 of them mirrored left to right"),
        Flag(kind="near-duplicates-in-batch", detail="pairs of 2,016: samples 3 and 17"),
        Flag(kind="rare-classes", detail="classes 3 (11 samples, 61 at least), 7 (0 samples, 58 at least)"),
        Flag(kind="interpolation-jumps", detail="strip 4: every image on the way is one of the endpoints"),
        Flag(kind="clipped-range", detail="values outside -1 to 1 were cut off in 3.1 % of the pixels"),
    ),
}
CLAIMS = tuple(
    Claim(
        kind=kind, about=about, part=part, value=value, unit=unit, where=where, quote=f"... {value}", resolution=last
    )
    for kind, about, part, value, unit, where, last in (
        ("accuracy", "classifier", "test", 0.934, "share", "p2", 0.001),
        ("parameters", "classifier", "", 98_412, "parameters", "p2", 1.0),
        ("steps", "classifier", "", 8_000, "steps", "p3", 1.0),
        ("fid", "generator", "", 41.0, "FID", "p4", 0.1),
    )
)  # fmt: skip
OF_CLASSIFIER = ("confusion", "reliability", "losses")
SIZES = {"samples": (782, 782), "interpolations": (1020, 822), "fid-scale": (760, 200)}


def readings(about: str, **changes: float | None) -> dict[str, Reading]:
    """Those whose names begin so; a change to None is a missing one, with underscores for the dots of names."""
    found = {name: Reading(value=value, unit=UNITS[name], source="observed") for name, value in VALUES.items()}
    for name, value in changes.items():
        full = name.replace("__", ".")
        missing = Reading.missing(unit=UNITS[full], why="the weights were not there")
        found[full] = missing if value is None else Reading(value=value, unit=UNITS[full], source="observed")
    return {name: reading for name, reading in found.items() if name.startswith(f"{about}.")}


def metrics(*, lookalike: bool = False) -> tuple[Metrics, Metrics]:
    """Both models, measured whole."""
    return (
        Metrics(
            about="classifier", readings=readings("classifier"), lookalike=lookalike, flags=FLAGS["classifier"],
            protocol="official AddNIST: 45,000 train and 10,000 test images, not augmented",
            source="network SmallNet, preprocessing as the student's own evaluation fed it",
            pictures=tuple(picture(name) for name in OF_CLASSIFIER),
        ),
        Metrics(
            about="generator", readings=readings("samples"), lookalike=lookalike, flags=FLAGS["generator"],
            protocol="pytorch-fid 0.3.0: uint8, 10,000 samples against 10,000 CIFAR-100 test images",
            source="function generate_samples",
            pictures=tuple(picture(name) for name in PICTURES if name not in OF_CLASSIFIER),
        ),
    )  # fmt: skip


def picture(name: str) -> Picture:
    """A picture of the vocabulary as evidence names it."""
    return Picture(name=name, path=f"{name}.png", caption=f"{PICTURES[name][:1].upper()}{PICTURES[name][1:]}")


def evidence() -> Evidence:
    """The whole submission."""
    counts = {"parameters": 98_412, "trainable_parameters": 98_412, "steps": 10_000, "gradient_computations": 10_000}
    runs = tuple(
        Run(
            path=f"abcd12-{role}.ipynb", role=role, outcome="finished", complete=True, framework="torch",
            readings={
                f"{role}.{name}": Reading(value=value * scale, unit=name.replace("_", " "), source="reported")
                for name, value in {**counts, "optimiser_calls": 10_000}.items()
            },
            networks=(network(role, 98_412 * scale, 10_000 * scale),),
            curve=tuple(CurvePoint(network=role, step=step, loss=3 / (1 + step / 900)) for step in range(0, 9000, 60)),
        )
        for role, scale in (("classifier", 1), ("generator", 5))
    )  # fmt: skip
    page = Reading(value=4, unit="pages", source="observed")
    return Evidence(
        schema=door.SCHEMA,
        harness=Harness(version="0.1.0"),
        submission=Submission(id="abcd12", sha256="cd" * 32, source="abcd12.zip"),
        layout=Layout(roles={role: (f"abcd12-{role}.ipynb",) for role in ("classifier", "generator", "paper")}),
        papers=(
            Paper(
                claims=CLAIMS,
                path="abcd12-paper.pdf",
                readings={"paper.pages_total": page, "paper.pages_counted": page},
                references_page=4,
                references_confidence="high",
            ),
        ),
        runs=runs,
        metrics=metrics(),
    )


def network(name: str, parameters: int, steps: int) -> Network:
    """A network that was trained and counted."""
    return Network(
        name=name, parameters=parameters, trainable=parameters, steps=steps, gradient_computations=steps,
        optimiser_calls=steps, witnesses=("optimizer-hook",), counted=True, why="its parameters were updated",
    )  # fmt: skip


def with_readings(**changes: float | None) -> Evidence:
    """The submission with some readings changed; None makes one missing, `fid` alone is `samples__fid`."""
    whole = evidence()
    changed = tuple(
        replace(each, readings=readings("classifier" if each.about == "classifier" else "samples", **changes))
        for each in whole.metrics
    )
    return replace(whole, metrics=changed)


@functools.cache
def png(width: int, height: int) -> bytes:
    """A PNG of that size with a pattern, drawn without a library."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    stripes = bytes(x * 7 & 0xFF for x in range(width + 64))
    rows = b"".join(b"\0" + stripes[y % 64 : y % 64 + width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pictures(of: Evidence) -> dict[str, bytes]:
    """Stand-ins for all pictures of the evidence, by path."""
    return {item.path: png(*SIZES.get(item.name, (640, 360))) for each in of.metrics for item in each.pictures}


def main(folder: Path) -> None:
    """Write the files of the submission as marking would."""
    from validator.marking import load_rubric, mark
    from validator.reporting import submission_files

    whole = evidence()
    folder.mkdir(parents=True, exist_ok=True)
    files = submission_files(mark(whole, load_rubric("comp3547-2024")), whole, pictures(whole))
    for name, content in {**files, "evidence.json": door.dumps(whole).encode()}.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
