"""Which GPUs a box is given, read from the files of a driver that is not here."""

from pathlib import Path

import pytest

from validator.measuring.sandbox import gpus


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """Two GPUs: the one with the lower bus address has the higher minor number."""
    for bus, minor, uuid in (("0000:01:00.0", 1, "GPU-aaaa"), ("0000:41:00.0", 0, "GPU-bbbb")):
        folder = tmp_path / "gpus" / bus
        folder.mkdir(parents=True)
        text = f"Model: \t\t NVIDIA H100\nIRQ:   \t\t 52\nGPU UUID: \t {uuid}\nDevice Minor: \t {minor}\n"
        (folder / "information").write_text(text)
    return tmp_path / "gpus"


def test_a_machine_without_a_driver_has_none(tmp_path: Path) -> None:
    assert gpus.installed(tmp_path / "absent") == ()
    assert gpus.nodes(()) == ()


@pytest.mark.parametrize(
    ("visible", "uuids"),
    [
        (None, ["GPU-aaaa", "GPU-bbbb"]),
        ("0", ["GPU-aaaa"]),
        ("1", ["GPU-bbbb"]),
        ("GPU-bbbb", ["GPU-bbbb"]),
        ("", []),
        ("MIG-1234", ["GPU-aaaa", "GPU-bbbb"]),
    ],
)
def test_numbers_are_those_of_the_bus_and_names_are_taken_as_they_are(
    proc: Path, visible: str | None, uuids: list[str]
) -> None:
    assigned = gpus.assigned(visible, proc=proc)
    assert [gpu.uuid for gpu in assigned] == uuids
    assert gpus.visible(assigned) == ",".join(uuids)


def test_only_the_nodes_of_the_assigned_one_and_the_shared_ones_are_given(proc: Path, tmp_path: Path) -> None:
    dev = tmp_path / "dev"
    dev.mkdir()
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "sda"):
        (dev / name).touch()
    given = gpus.nodes(gpus.assigned("0", proc=proc), dev=dev)
    assert [path.name for path in given] == ["nvidia1", "nvidiactl", "nvidia-uvm"]


def test_a_driver_that_hides_the_names_leaves_the_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "0000:01:00.0"
    folder.mkdir()
    (folder / "information").write_text("Model: x\nGPU UUID: GPU-????????\nDevice Minor: 0\n")
    assert gpus.visible(gpus.assigned("0", proc=tmp_path)) is None
