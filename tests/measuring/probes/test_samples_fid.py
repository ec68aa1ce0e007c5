"""The FID of handed-out samples: refused when too few, on a scale, with its spread, by two protocols, kept."""

import pickle

import numpy as np
import pytest

from validator.evidence import Submission
from validator.measuring.metrics import frechet_distance
from validator.measuring.probes import (
    samples,
    samples_fid,
    samples_fid_protocol,
    samples_fid_scale,
    samples_kid,
    samples_setting,
)
from validator.measuring.probes.samples_fid_trivial import blurred, gaussian_in_pixel_space
from validator.measuring.probes.task import Task
from validator.plan import Plan

TRAIN, TEST, SAMPLES = 130, 60, 40


def _photographs(seed, count):
    """Images whose neighbouring pixels are alike."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 220, (count, 3, 8, 8))
    return (coarse.repeat(4, axis=2).repeat(4, axis=3) + rng.integers(-9, 10, (count, 3, 32, 32))).astype(np.uint8)


def _write(folder, **splits):
    folder.mkdir(parents=True)
    for name, images in splits.items():
        table = {"data": images.reshape(len(images), 3072), "fine_labels": [0] * len(images)}
        (folder / name).write_bytes(pickle.dumps(table))
    (folder / "meta").write_bytes(pickle.dumps({}))


def _task(tmp_path, *, train=TRAIN, test=TEST, **plan):
    _write(tmp_path / "data" / "cifar-100-python", train=_photographs(1, train), test=_photographs(2, test))
    made = Task(
        submission=Submission(id="abcd12", sha256="0" * 64, source="abcd12.zip"),
        given="abcd12.zip",
        home=str(tmp_path / "out" / "abcd12"),
        plan=Plan(roles=(), **{"samples": SAMPLES, "fid_fewest": 10, **plan}),
        data=str(tmp_path / "data"),
        lookalike=True,
    )
    made.handed("generator").mkdir(parents=True)
    (tmp_path / "data" / "weights").mkdir()
    (tmp_path / "data" / "weights" / "pt_inception-2015-12-05-6726825d.pth").write_bytes(b"stands for the network")
    return made


def _score(task, images):
    setting = samples_setting.setting_of(task, images)
    return {**samples_fid.measure(setting).readings, **samples_kid.measure(setting).readings}


@pytest.fixture
def network(monkeypatch):
    """In the network's place a projection of the pixels to 24 features, another one for the other resize."""
    asked = []

    def projection(seed):
        matrix = np.random.default_rng(seed).normal(size=(3072, 24)) / 20_000

        def features(images, *, weights, batch_size, device):
            asked.append(len(images))
            return (images.reshape(len(images), -1) @ matrix).astype(np.float32)

        return features

    monkeypatch.setattr(samples_setting, "inception_features", projection(7))
    monkeypatch.setattr(samples_fid_protocol, "clean_inception_features", projection(8))
    return asked


def test_a_fid_stands_on_its_scale_by_both_protocols(network, tmp_path):
    task = _task(tmp_path)
    found = _score(task, _photographs(3, SAMPLES))
    for prefix in ("fid", "fid_clean"):
        assert 0 < found[prefix].value < found[f"{prefix}_trivial"].value
        assert 0 < found[f"{prefix}_floor"].value < found[f"{prefix}_trivial"].value
        assert 0 < found[f"{prefix}_sd"].value < found[prefix].value
    assert found["fid"].value != found["fid_clean"].value
    assert found["fid_trivial_blurred"].value > found["fid_floor"].value
    assert found["fid_floor_sd"].value > 0


def test_the_fid_is_the_frechet_distance_of_the_features(network, tmp_path):
    task = _task(tmp_path)
    features = [
        samples_setting.inception_features(images, weights="", batch_size=1, device="cpu")
        for images in (_photographs(3, SAMPLES), _photographs(2, TEST))
    ]
    expected = frechet_distance(generated=features[0], reference=features[1])
    assert _score(task, _photographs(3, SAMPLES))["fid"].value == pytest.approx(expected, rel=1e-9)


def test_more_samples_than_the_plan_takes_are_left_aside(network, tmp_path):
    task = _task(tmp_path)
    more = np.concatenate([_photographs(3, SAMPLES), _photographs(4, 30) // 2])
    assert _score(task, more) == _score(task, _photographs(3, SAMPLES))


@pytest.mark.parametrize(
    ("handed", "plan", "words"),
    [
        (SAMPLES - 1, {}, "39 samples were handed out, the protocol takes 40"),
        (SAMPLES, {"fid_fewest": 2048}, "40 samples; a FID of fewer than 2,048 images is not measured"),
        (SAMPLES, {"fid_fewest": SAMPLES, "test": 30}, "30 test images; a FID against fewer than 40 images"),
    ],
)
def test_too_few_images_are_refused_and_the_reason_is_told(network, tmp_path, handed, plan, words):
    task = _task(tmp_path, **plan)
    found = _score(task, _photographs(3, handed))
    assert {found[name].value for name in samples_fid.UNITS} == {None}
    assert all(words in found[name].why for name in samples_fid.UNITS)
    assert found["kid"].value is not None


def test_the_fewest_images_of_a_fid_are_as_many_as_it_has_features():
    assert Plan(roles=()).fid_fewest == 2048


def test_a_protocol_that_the_plan_leaves_out_is_missing_and_costs_nothing(network, tmp_path):
    task = _task(tmp_path, fid_protocols=("pytorch-fid",))
    found = _score(task, _photographs(3, SAMPLES))
    assert found["fid"].value is not None
    assert found["fid_clean"].why == "the plan leaves this protocol out"
    assert sum(network) == SAMPLES + TEST + TRAIN + 2 * SAMPLES


def test_too_few_training_images_leave_the_floor_open(network, tmp_path):
    task = _task(tmp_path, train=SAMPLES - 1)
    found = _score(task, _photographs(3, SAMPLES))
    assert found["fid"].value is not None
    assert found["fid_floor"].why == found["kid_floor"].why == "only 39 training images, of which 40 make a draw"
    assert found["fid_trivial_blurred"].value is None


def test_one_draw_has_no_spread(network, tmp_path):
    task = _task(tmp_path, train=2 * SAMPLES - 1)
    found = _score(task, _photographs(3, SAMPLES))
    assert found["fid_floor"].value is not None
    assert "two draws that share no image" in found["fid_floor_sd"].why


def test_the_next_submission_pays_for_its_own_samples_only(network, tmp_path):
    task = _task(tmp_path)
    first = _score(task, _photographs(3, SAMPLES))
    network.clear()
    assert _score(task, _photographs(3, SAMPLES)) == first
    assert network == [SAMPLES, SAMPLES]


def test_other_test_images_are_another_scale(network, tmp_path):
    task = _task(tmp_path)
    first = _score(task, _photographs(3, SAMPLES))
    table = {"data": _photographs(9, TEST).reshape(TEST, 3072), "fine_labels": [0] * TEST}
    (tmp_path / "data" / "cifar-100-python" / "test").write_bytes(pickle.dumps(table))
    second = _score(task, _photographs(3, SAMPLES))
    assert all(first[name].value != second[name].value for name in samples_fid.UNITS)


def test_kid_tells_dark_samples_from_good_ones_of_the_same_number(network, tmp_path):
    task = _task(tmp_path)
    good, dark = (_score(task, images) for images in (_photographs(3, SAMPLES), _photographs(3, SAMPLES) // 2))
    assert abs(good["kid"].value) < 3 * good["kid_se"].value
    assert dark["kid"].value > max(good["kid"].value, good["kid_floor"].value) + 3 * dark["kid_se"].value


def test_the_scale_is_a_picture(network, tmp_path):
    task = _task(tmp_path)
    (picture,) = samples_fid.measure(samples_setting.setting_of(task, _photographs(3, SAMPLES))).pictures
    assert picture.name == "fid-scale"
    assert (tmp_path / "out" / "abcd12" / "run" / picture.path).read_bytes().startswith(b"\x89PNG")


def test_a_scale_without_a_floor_and_with_a_distance_of_zero_is_drawn(tmp_path):
    row = samples_fid_scale.Row(
        title="pytorch-fid", value=0.0, sd=0.0, landmarks={"real images": None, "blurred": None, "Gaussian": 0.0}
    )
    assert samples_fid_scale.draw((row,), into=tmp_path).is_file()


def test_draws_of_training_images_share_none(network, tmp_path):
    task = _task(tmp_path)
    setting = samples_setting.setting_of(task, _photographs(3, SAMPLES))
    draws = [*samples_fid_protocol.train_draws(setting)]
    assert [len(draw) for draw in draws] == [SAMPLES] * 3
    assert len(np.unique(np.concatenate(draws))) == 3 * SAMPLES


def test_a_gaussian_in_pixel_space_has_the_mean_and_the_covariance_of_the_training_images():
    train = (128 + 20 * np.random.default_rng(0).normal(size=(500, 3, 4, 4)).cumsum(axis=3)).clip(0, 255)
    drawn = gaussian_in_pixel_space(train.astype(np.uint8), count=4000, seed=1)
    apart = np.abs(np.cov(drawn.reshape(4000, -1).T) - np.cov(train.reshape(500, -1).T)).max()
    assert drawn.dtype == np.uint8
    assert apart < 0.15 * train.var()


def test_a_blur_keeps_flat_images_and_takes_their_detail_from_others():
    flat = np.full((2, 3, 32, 32), 77, np.uint8)
    np.testing.assert_array_equal(blurred(flat), flat)
    noise = np.random.default_rng(0).integers(0, 256, (3, 3, 32, 32), dtype=np.uint8)
    smooth = blurred(noise)
    assert smooth.shape == noise.shape
    assert smooth.std() < noise.std() / 4


@pytest.mark.slow
def test_the_network_itself_sets_real_images_below_a_trivial_model(tmp_path):
    fixtures = pytest.importorskip("fixtures.weights", reason="torch or pytorch-fid is not installed")
    task = _task(tmp_path, train=8, test=6, samples=6, fid_fewest=6, fid_protocols=("pytorch-fid",))
    fixtures.write_inception_weights(tmp_path / "data")
    np.save(task.handed("generator") / "samples.npy", _photographs(2, 6))
    metrics = samples.score(task)
    fid, floor, trivial = (metrics.readings[f"samples.{name}"].value for name in ("fid", "fid_floor", "fid_trivial"))
    assert fid == pytest.approx(0, abs=1e-6 * floor)
    assert floor < trivial
    assert metrics.lookalike
    assert "6 samples against 6 CIFAR-100 test images" in metrics.protocol
    assert "look-alike data and weights" in metrics.protocol
