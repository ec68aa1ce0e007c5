"""Each truth that is planted into the samples of a perfect model moves its own measures, and no other.

Rows are truths, columns are measures; `+` must move against the samples that hold no truth, `.` must not, `~` may: the
truth and the measure are not independent, as the comment beside the row says.
"""

import json
import pickle
import sys
import zlib

import numpy as np
import pytest

from tests.measuring import planted
from validator.evidence import Submission
from validator.measuring.datasets.weights import Weights
from validator.measuring.metrics import neighbours
from validator.measuring.probes import samples
from validator.measuring.probes.samples_setting import Setting
from validator.measuring.probes.task import Task
from validator.plan import Plan

WHOLE_NUMBERS = {
    "exact_copies": 0,
    "mirrored_copies": 0,
    "near_copies": 0,
    "feature_near_copies": 0,
    "duplicates": 0,
    "batch_near_duplicates": 1,
}
"""Counts that move by more than so many images or pairs."""
WITH_ERRORS = {
    "nearest_to_train_share": "nearest_to_train_se",
    "feature_nearest_to_train_share": "feature_nearest_to_train_se",
    "coverage": "coverage_expected_sd",
    "classes_effective": "classes_effective_se",
    "bins_differing": "bins_differing_se",
    "blur_auc": "blur_auc_se",
    "blur_auc_octave": "blur_auc_octave_se",
    "noise_share": "noise_share_se",
    "fid": "fid_sd",
    "fid_clean": "fid_clean_sd",
    "kid": "kid_se",
}
"""Measures that move by more than three of these errors."""
BY_SIZE = {
    "classes_rare": 5,
    "batch_vendi": 0.05,
    "median_nearest_distance": 0.03,
    "interpolation_residual": 0.05,
    "interpolation_sharpness": 0.1,
}
"""Measures that move by more than this: a number of classes, or a part of what they were."""
IN_NUMBER = {"classes_rare"}

COLUMNS = (
    "exact_copies", "mirrored_copies", "near_copies", "feature_near_copies",
    "nearest_to_train_share", "feature_nearest_to_train_share", "median_nearest_distance",
    "duplicates", "batch_near_duplicates", "batch_vendi",
    "coverage", "classes_rare", "classes_effective", "bins_differing",
    "blur_auc", "blur_auc_octave", "noise_share",
    "fid", "fid_clean", "kid",
    "interpolation_residual", "interpolation_sharpness",
)  # fmt: skip
TABLE = {
    # exact, mirrored, near, near in features | share, in features, distance | repeats, pairs, Vendi | coverage, rare,
    # classes, bins | blur, octave, noise | FID, clean, KID | residual, sharpness
    # What is mirrored lies elsewhere in features: whether it is near there is up to the network.
    "1 exact copy": "+.++ ... ... .... ... ... ..",
    "1 flipped copy": "+++~ ... ... .... ... ... ..",
    "1 near copy": "..++ ... ... .... ... ... ..",
    # Enough for the share among 10,000 samples; among 600 only just.
    "7 % copies": "+.++ ~~. ... .... ... ... ..",
    # Copies of 64 images are spread like these 64: all that looks at the spread of all samples moves. The batch of 64
    # is the 64 images themselves, and innocent; their sharpness is that of 64 images.
    "collapse to 64": "..~~ ... +.. ++++ ~~~ +++ ..",
    # Fewer classes are fewer patterns: the batch is less varied, and pairs of one class are more alike.
    "20 of 100 classes": "..~~ ~~. .~+ ++++ ... +++ ..",
    "alpha blends": ".... ... ... .... ... ... ++",
    # Blurred images lie nearer to everything, noisy ones further away; features, and so distances of them, are of
    # blurred or noisy images.
    "blur": "..~~ .~+ ..~ ~..~ ++~ ~~~ ..",
    "noise": "...~ .~+ ..~ ~..~ +++ ~~~ ..",
}
MADE = {name for each in samples.MEASURES for name in each.units}
CASES = [
    (truth, column, sign)
    for truth, row in TABLE.items()
    for column, sign in zip(COLUMNS, row.replace(" ", ""), strict=True)
    if sign != "~" and column in MADE
]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Truth to its readings, measured as for any submission but with a stand-in for the network's features."""
    home, world = tmp_path_factory.mktemp("planted"), planted.World()
    data = home / "data" / "cifar-100-python"
    data.mkdir(parents=True)
    (data / "meta").write_bytes(pickle.dumps({}))
    for name, images, classes in (
        ("train", world.train, world.train_classes), ("test", world.test, world.test_classes),
    ):  # fmt: skip
        table = {"data": images.reshape(len(images), -1), "fine_labels": classes.tolist()}
        (data / name).write_bytes(pickle.dumps(table))
    with pytest.MonkeyPatch.context() as patch:
        without_network(patch)
        return {truth: measured(world, truth, home) for truth in planted.TRUTHS}


def without_network(patch):
    """Features of the stand-in, no pictures, and a cheap model that learned nothing."""
    weights = Weights(path="", sha256="0" * 64, official=False)
    patch.setattr(Setting, "features", lambda self, images: planted.features(images))
    patch.setattr(Setting, "weights", property(lambda self: weights))
    for module in [module for name, module in sys.modules.items() if name.startswith("validator.measuring.probes.")]:
        for name in [name for name in vars(module) if f"{name}_".startswith("draw_")]:
            patch.setattr(module, name, lambda *shown, into, **options: into / "not-drawn.png")
    module = "validator.measuring.probes.samples_fid_protocol."
    patch.setattr(f"{module}clean_inception_features", lambda images, **options: planted.features(images))
    patch.setattr(f"{module}gaussian_in_pixel_space", independent_pixels)
    for name in ("PAIR_BATCHES", "VENDI_BATCHES"):
        patch.setattr(f"validator.measuring.probes.samples_diversity.{name}", 400)
    patch.setattr(neighbours, "screen_for", once_for_each_reference(neighbours.screen_for))


def once_for_each_reference(screen_for):
    """The reference is the same in every row: how it is searched fast is found out once."""
    found = {}

    def remembered(reference, *, shape):
        key = (reference.shape, zlib.crc32(reference))
        if key not in found:
            found[key] = screen_for(reference, shape=shape)
        return found[key]

    return remembered


def independent_pixels(train, *, count, seed):
    """Knows mean and standard deviation of each pixel; no covariance of 3,072 by 3,072."""
    rng = np.random.default_rng(seed)
    drawn = rng.normal(train.mean(axis=0), train.std(axis=0), (count, *train.shape[1:]))
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def measured(world, truth, home):
    """The readings of the samples that hold this truth, without their prefix."""
    name = truth.replace(" ", "-").replace("%", "percent")
    plan = Plan(roles=(), samples=planted.SAMPLES, device="cpu", fid_fewest=planted.SAMPLES)
    task = Task(
        submission=Submission(id=name, sha256="0" * 64, source="x.zip"), given="x.zip",
        home=str(home / "out" / name), plan=plan, data=str(home / "data"), lookalike=True,
    )  # fmt: skip
    handed = task.handed("generator")
    handed.mkdir(parents=True)
    np.save(handed / "samples.npy", world.planted(truth))
    (handed / "samples.json").write_text(json.dumps({"source": "function generate_samples"}))
    np.save(handed / "interpolations.npy", world.strips(truth))
    strips = {"source": "function generate_interpolations", "pairs": planted.PAIRS, "steps": planted.STEPS}
    (handed / "interpolations.json").write_text(json.dumps(strips))
    return {name.removeprefix("samples."): reading for name, reading in samples.score(task).readings.items()}


def moved(column, before, after):
    """Whether a measure differs from what it was before the truth was planted, by more than chance gives."""
    was, now = before[column].value, after[column].value
    assert was is not None, before[column].why
    assert now is not None, after[column].why
    if column in WHOLE_NUMBERS:
        return abs(now - was) > WHOLE_NUMBERS[column]
    if column in WITH_ERRORS:
        return abs(now - was) > 3 * before[WITH_ERRORS[column]].value
    return abs(now - was) > BY_SIZE[column] * (1 if column in IN_NUMBER else abs(was))


@pytest.mark.parametrize(("truth", "column", "sign"), CASES, ids=[f"{case[0]}, {case[1]}" for case in CASES])
def test_a_planted_truth_moves_its_own_measure_only(rows, truth, column, sign):
    before, after = rows["held-out"], rows[truth]
    assert moved(column, before, after) == (sign == "+"), (before[column].value, after[column].value)
