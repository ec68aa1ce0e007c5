"""Features are those of pytorch-fid's own network, whatever the batch; other arrays and files are refused."""

import numpy as np
import pytest

from validator.measuring.metrics import MetricError, inception_features


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


@pytest.mark.slow
def test_features_agree_with_pytorch_fid_and_do_not_depend_on_the_batch(seeded):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    theirs, path = seeded
    images = _images(3)
    with torch.no_grad():
        expected = theirs(torch.from_numpy(images).float().div(255))[0].flatten(1).numpy()
    ours = inception_features(images, weights=path, batch_size=3)
    assert (ours.shape, ours.dtype) == ((3, 2048), np.float32)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5 * scale)
    apart = inception_features(images, weights=path, batch_size=2)
    np.testing.assert_allclose(apart, ours, rtol=0, atol=1e-5 * scale)


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
