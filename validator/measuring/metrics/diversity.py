"""How many samples repeat another."""

from __future__ import annotations

from validator.measuring.metrics.checks import Images, check_images


def duplicates(generated: Images) -> int:
    """How many samples repeat an earlier sample byte for byte."""
    check_images("generated", generated)
    return len(generated) - len({image.tobytes() for image in generated})
