"""The published list of CIFAR-100 test images with a twin among the training images; for the official files only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

LIST = Path(__file__).with_name("cifar100_twins.txt")
SOURCE = "Barz and Denzler 2020"


def listed_twins() -> np.ndarray[Any, np.dtype[np.int64]]:
    """Row numbers int64 (891,) of the official test images, ascending."""
    import numpy as np

    lines = LIST.read_text(encoding="ascii").splitlines()
    rows = [int(word) for line in lines if not line.startswith("#") for word in line.split()]
    return np.array(rows, dtype=np.int64)
