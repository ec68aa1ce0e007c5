"""From records to flags: distributions, spectra, first batches, loads and imports. Pure; no torch."""

import math
import random

import pytest

from validator.measuring.meter import freshness, pretrained
from validator.measuring.meter.freshness import Look

COUNT = 20_000


def quantiles(draw, count=COUNT, seed=0):
    rng = random.Random(seed)
    ordered = sorted(draw(rng) for _ in range(count))
    return tuple(ordered[round(i * (count - 1) / 255)] for i in range(256))


def look(draw, *, count=COUNT, seed=0, **changes):
    facts = {"looked_at": count, "zeros": 0, "distinct": count, "repeated": 1.0, "largest": None}
    return Look(shape=(100, count // 100), quantiles=quantiles(draw, count, seed), **{**facts, **changes})


def truncated(rng):
    while abs(value := rng.gauss(0, 1)) > 2:
        pass
    return value


FRESH = {
    "uniform": lambda rng: rng.uniform(-0.1, 0.1),
    "uniform from zero": lambda rng: rng.uniform(0, 1),
    "normal": lambda rng: rng.gauss(0, 0.02),
    "truncated normal": truncated,
    "normal with an identity in it": lambda rng: rng.gauss(0, 0.01) + (rng.random() < 0.004),
    "half precision": lambda rng: round(rng.gauss(0, 1) * 256) / 256,
}


@pytest.mark.parametrize("name", FRESH)
@pytest.mark.parametrize("seed", range(4))
def test_fresh_distributions_are_not_suspect(name, seed):
    found = freshness.doubt(look(FRESH[name], seed=seed))
    assert found is not None
    assert found.p > 1e-4


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.gauss(0, 0.02) * (1 + 2 * (rng.random() < 0.2)),
        lambda rng: rng.choice((-1, 1)) * rng.expovariate(10),
        lambda rng: rng.uniform(-0.1, 0.1) + rng.gauss(0, 0.03),
    ],
    ids=["two widths", "heavy tails", "uniform that was trained on"],
)
def test_other_distributions_are_suspect(draw):
    found = freshness.doubt(look(draw))
    assert found is not None
    assert found.p < pretrained.SUSPECT_P


@pytest.mark.parametrize(
    "changes",
    [
        {"quantiles": ()},
        {"quantiles": (0.01,) * 256},
        {"quantiles": tuple(math.sin(i) for i in sorted(range(256), key=math.sin))},
        {"distinct": 20},
    ],
    ids=["few values", "constant", "sines", "few distinct"],
)
def test_structures_are_not_judged(changes):
    sound = look(FRESH["normal"])
    assert freshness.doubt(Look(**{**vars(sound), **changes})) is None


def test_a_singular_value_beyond_noise_is_seen_and_one_within_is_not():
    edge = (10 + math.sqrt(200)) ** 2
    within, beyond = (freshness.doubt(look(FRESH["normal"], largest=factor * edge)) for factor in (1.0, 2.0))
    assert within.beyond_edge < 1
    assert beyond.beyond_edge > pretrained.SUSPECT_SPREADS


def test_the_p_of_kolmogorov_agrees_with_its_table():
    assert pytest.approx(freshness.ks_p(1.358 / math.sqrt(10_000), 10_000), rel=0.05) == 0.05
    assert pytest.approx(freshness.ks_p(1.628 / math.sqrt(10_000), 10_000), rel=0.05) == 0.01


def record(**changes):
    seen = look(lambda rng: rng.choice((-1, 1)) * rng.expovariate(10))
    facts = {**vars(seen), "shape": list(seen.shape), "quantiles": list(seen.quantiles)}
    return {"kind": "weights", "pid": 7, "net": 1, "name": "Net#1", "fresh": None, "origin": "", **facts, **changes}


def kinds(*records):
    return [flag.kind for flag in pretrained.weights(records, role="classifier").flags]


def test_a_suspect_tensor_is_a_flag_with_its_shape_and_p():
    (flag,) = pretrained.weights([record(), record(tensor=2)], role="classifier").flags
    assert flag.kind == "pretrained-suspected"
    assert flag.detail.startswith("Net#1: 2 of the 2 tensors looked at are unlike fresh weights")
    assert "(100, 200) p " in flag.detail


@pytest.mark.parametrize("known", [{"fresh": True}, {"origin": "trained as Net#1"}, {"origin": "own"}])
def test_what_was_made_in_this_run_is_not_suspect(known):
    assert kinds(record(**known)) == []


def test_weights_of_a_worker_that_another_process_trained_are_not_suspect():
    nets = [
        {"kind": "net", "pid": pid, "net": 1, "name": "Net#1", "signature": "s", "t": t} for pid, t in ((5, 1), (7, 2))
    ]
    counts = {"kind": "counts", "pid": 5, "net": 1, "name": "Net#1", "updates": 9}
    assert kinds(record(), *nets, counts) == []
    assert kinds(record(), nets[1]) == ["pretrained-suspected"]


def batch(**changes):
    sound = {"images": 64, "correct": 50, "classes": 20, "most_frequent": 6}
    return {"kind": "first_batch", "pid": 7, "net": 1, "name": "Net#1", **sound, **changes}


def test_being_right_before_the_first_update_is_a_flag_with_its_numbers():
    (flag,) = pretrained.weights([batch()], role="classifier").flags
    assert "right on 50 of 64 images of 20 classes (78%; by chance at most 9%, p = " in flag.detail


@pytest.mark.parametrize(
    "honest",
    [
        {"correct": 6},
        {"correct": 50, "most_frequent": 50},
        {"images": 10_000, "correct": 840, "most_frequent": 520},
        {"images": 2, "correct": 2, "most_frequent": 1},
        {"classes": 1},
        {"correct": 90},
    ],
    ids=["chance", "one label only", "many images", "two images", "one class", "impossible"],
)
def test_what_fresh_networks_reach_is_no_flag(honest):
    assert kinds(batch(**honest)) == []


@pytest.mark.parametrize(
    "broken", [{"quantiles": "x"}, {"shape": None}, {"looked_at": 0}, {"repeated": None}, {"zeros": 20_000}]
)
def test_a_forged_record_is_left_out_and_harms_nothing(broken):
    assert kinds(record(**broken)) in ([], ["pretrained-suspected"])


def load(**changes):
    sound = {
        "by": "torch.load",
        "path": "w.pt",
        "bytes": 30_000,
        "own": False,
        "place": "run",
        "where": "cell 2 line 1",
    }
    return {"kind": "load", "pid": 7, **sound, **changes}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ["weights-loaded"]),
        ({"own": None}, ["weights-loaded"]),
        ({"own": True}, []),
        ({"by": "open"}, ["opened-weights"]),
        ({"by": "numpy.load", "bytes": 500}, []),
        ({"place": "package", "path": "lpips/alex.pth"}, []),
        ({"place": "address", "path": "https://x/pt_inception-2015-12-05-6726825d.pth"}, []),
        ({"place": "address", "path": "https://x/resnet18.pth", "failed": "URLError"}, ["weights-loaded"]),
    ],
)
def test_each_origin_of_a_file_has_its_flag(changes, found):
    assert kinds(load(**changes)) == found


def test_an_evaluation_network_whose_values_are_trained_is_told():
    path = "https://x/pt_inception-2015-12-05-6726825d.pth"
    inside = record(fresh=False, origin=f"load of {path}")
    assert "weights-loaded" in kinds(load(place="address", path=path), inside)


def test_the_readings_say_how_many_tensors_were_looked_at():
    readings = pretrained.weights([record(), record(fresh=True)], role="classifier").readings
    assert readings["classifier.weights_examined"].value == 2
    assert readings["classifier.weights_lowest_p"].value < 1e-6
    assert pretrained.weights([], role="classifier").readings == {}
