"""Features are those of pytorch-fid's own network, whatever the batch, order and threads, and of clean-fid's resize;
other arrays and files are refused."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, clean_inception_features, inception_features
from validator.measuring.metrics.inception import inception_network
from validator.measuring.metrics.inception_clean import clean_resized


def _images(count, *, side=32):
    return np.random.default_rng(0).integers(0, 256, (count, 3, side, side), dtype=np.uint8)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """pytorch-fid's own network with seeded weights, and the same weights in a file."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    parts = pytest.importorskip("pytorch_fid.inception", reason="pytorch-fid is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "load_state_dict_from_url", lambda *_, **__: _seeded_state(torch, parts))
        theirs = parts.InceptionV3()
        path = tmp_path_factory.mktemp("weights") / "inception.pth"
        torch.save(parts.load_state_dict_from_url(), path)
    return theirs.eval(), path


def _seeded_state(torch, parts):
    """He-scaled weights and uneven BatchNorm statistics, so that folding has something to fold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "load_state_dict_from_url", lambda *_, **__: {})
        patch.setattr(torch.nn.Module, "load_state_dict", lambda *_, **__: None)
        network = parts.fid_inception_v3()
    generator = torch.Generator().manual_seed(0)
    state = network.state_dict()
    for name, value in state.items():
        if value.ndim == 4:
            value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=generator)
        elif name.endswith(("running_var", "bn.weight")):
            value.uniform_(0.5, 1.5, generator=generator)
        elif value.is_floating_point():
            value.normal_(0, 0.1, generator=generator)
    return state


@pytest.fixture(scope="module")
def both(seeded):
    """Images, some of them equal, and their features by pytorch-fid's own network and by ours."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    theirs, path = seeded
    images = _images(12)
    images[7] = images[2]
    with torch.no_grad():
        expected = theirs(torch.from_numpy(images).float().div(255))[0].flatten(1).numpy()
    return images, expected, inception_features(images, weights=path, batch_size=5)


@pytest.mark.slow
def test_features_agree_with_pytorch_fid(both):
    _, expected, ours = both
    assert (ours.shape, ours.dtype) == ((12, 2048), np.float32)
    assert np.abs(ours - expected).max() < 2e-6 * np.abs(expected).max()
    assert np.linalg.norm(ours - expected) < 1e-6 * np.linalg.norm(expected)


@pytest.mark.slow
def test_equal_images_have_equal_features(both):
    ours = both[2]
    np.testing.assert_array_equal(ours[7], ours[2])
    assert not np.array_equal(ours[3], ours[2])


@pytest.mark.slow
def test_batches_order_and_threads_do_not_matter(both, seeded):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    images, _, ours = both
    threads = torch.get_num_threads()
    torch.set_num_threads(1 if threads > 1 else 2)
    try:
        apart = inception_features(images[5::-1], weights=seeded[1], batch_size=4)
    finally:
        torch.set_num_threads(threads)
    assert np.linalg.norm(apart - ours[5::-1]) < 1e-6 * np.linalg.norm(apart)


@pytest.mark.slow
def test_the_clean_protocol_is_the_same_network_on_another_resize(both, seeded):
    """By clean-fid's own steps: Pillow's bicubic on float32, cut off at 0 and 255, (x - 128) / 128."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    images, ours = both[0][:3], both[2][:3]
    resized = np.stack([_by_pillow(image) for image in images])
    with torch.inference_mode():
        network = inception_network(seeded[1], folded=False)
        expected = network((torch.from_numpy(resized) - 128) / 128).flatten(1).numpy()
    clean = clean_inception_features(images, weights=seeded[1])
    assert np.linalg.norm(clean - expected) < 1e-6 * np.linalg.norm(expected)
    assert np.linalg.norm(clean - ours) > 1e-3 * np.linalg.norm(ours)


def _by_pillow(image):
    """uint8 (3, h, w) to float32 (3, 299, 299)."""
    pillow = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    planes = [pillow.fromarray(plane.astype(np.float32)) for plane in image]
    return np.stack([np.asarray(plane.resize((299, 299), pillow.Resampling.BICUBIC)) for plane in planes]).clip(0, 255)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (28, 40), (299, 299), (340, 310)])
def test_the_clean_resize_gives_pillows_pixels(height, width):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    images = np.random.default_rng(0).integers(0, 256, (2, 3, height, width), dtype=np.uint8)
    images[1, :, :16] = np.array([0, 255], np.uint8).repeat(8).reshape(16, 1)
    ours = clean_resized(torch.from_numpy(images)).numpy()
    expected = np.stack([_by_pillow(image) for image in images])
    assert ours.dtype == np.float32
    assert expected.max() == 255
    # Within one rounding of float32; for images of 32 x 32 not even that.
    np.testing.assert_allclose(ours, expected, rtol=0, atol=0 if (height, width) == (32, 32) else 4e-5)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((2, 3, 32, 32), np.float32), "dtype float32"),
        (np.zeros((2, 1, 32, 32), np.uint8), r"expected \(n, 3, h, w\)"),
        (np.zeros((3, 32, 32), np.uint8), "shape"),
    ],
)
def test_other_arrays_are_refused_before_anything_is_loaded(images, words):
    with pytest.raises(MetricError, match=words):
        inception_features(images, weights="absent.pth", batch_size=1)


@pytest.mark.slow
def test_a_file_that_is_no_state_dict_is_refused(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(MetricError, match=r"weights\.pth: not the state dict"):
        inception_features(_images(1), weights=path)
