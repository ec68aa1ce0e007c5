"""What the scripts share: pictures of four classes in the order of the harness, and the windows of the harness."""

import sys
from pathlib import Path

import numpy as np

STEPS = 40
CLASSES = 4


def _pictures(count=400):
    """Pictures (n, 3, 28, 28) of the range of AddNIST; a class is a bright quarter, some of them too faint to see."""
    random = np.random.default_rng(7)
    labels = random.integers(0, CLASSES, count)
    pictures = random.random((count, 3, 28, 28), dtype=np.float32) * 1.6
    for picture, label in zip(pictures, labels, strict=True):
        row, column = divmod(int(label), 2)
        picture[:, row * 14 : row * 14 + 14, column * 14 : column * 14 + 14] += 1.2 * random.random()
    pictures[:, :, 0, 0], pictures[:, :, 0, 1] = 0, 3.24
    return (pictures.clip(0, 3.24) - 0.42).astype(np.float32), labels


PICTURES, LABELS = _pictures()


def channels_last(pictures=PICTURES):
    return pictures.transpose(0, 2, 3, 1)


def batches(pictures, size=100, epochs=10):
    for _ in range(epochs):
        for first in range(0, len(pictures), size):
            yield pictures[first : first + size], LABELS[first : first + size]


def leave(expected):
    """Predict as the harness does; `expected(pictures)` says what must come out, and is called after it."""
    from validator_agent import Running, windows

    script = Path(sys.modules["__main__"].__file__).stem
    folder = Path(Running.config["handed"]) / script
    folder.mkdir(exist_ok=True)
    Running.config["handed"] = str(folder)
    np.save(folder / "images.npy", PICTURES)
    np.save(folder / "labels.npy", LABELS)
    windows.predict(str(folder / "images.npy"), 128)
    assert "torch" not in sys.modules
    np.save(folder / "expected.npy", np.asarray(expected(PICTURES), dtype=np.float32))


def prepared(pictures=PICTURES):
    """In [0, 1], channels last."""
    return (channels_last(pictures) + 0.42) / 3.24


def draw(name, seed=3):
    """Draw samples as the harness does."""
    from validator_agent import Running, sampling_window

    handed = Running.config["handed"]
    folder = Path(handed) / Path(sys.modules["__main__"].__file__).stem / name
    folder.mkdir(parents=True)
    Running.config["handed"] = str(folder)
    sampling_window.sample(20, seed)
    assert "torch" not in sys.modules
    Running.config["handed"] = handed
