"""What `--gpus` means here: the driver's own list, or what somebody else already chose."""

from pathlib import Path

import pytest

from validator.running.engines.gpus import Gpu, GpuError, chosen

LISTED = "0, GPU-aa, NVIDIA H100\n1, GPU-bb, NVIDIA H100\n"


@pytest.fixture(autouse=True)
def no_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a driver; a test may put one on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return tmp_path


@pytest.fixture
def two(no_gpus: Path) -> None:
    tool = no_gpus / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\nprintf '{LISTED.encode('unicode_escape').decode()}'\n")
    tool.chmod(0o755)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("wish", "ids"), [("", []), ("0", ["0"]), ("1, 0", ["1", "0"]), ("all", ["0", "1"]), ("GPU-bb", ["GPU-bb"])]
)
def test_a_wish_names_gpus_of_this_machine(wish: str, ids: list[str]) -> None:
    found = chosen(wish)
    assert [gpu.id for gpu in found] == ids
    assert all(gpu.name == "NVIDIA H100" for gpu in found)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("wish", ["2", "0,0", "0,x"])
def test_a_gpu_that_is_not_here_or_named_twice_is_refused_with_those_that_are(wish: str) -> None:
    with pytest.raises(GpuError, match="here are: 0, 1"):
        chosen(wish)


def test_all_of_none_is_refused() -> None:
    with pytest.raises(GpuError, match="no NVIDIA GPU was found"):
        chosen("all")


def test_without_the_drivers_tool_a_number_is_believed() -> None:
    assert chosen("0,1") == (Gpu(id="0"), Gpu(id="1"))


@pytest.mark.usefixtures("two")
def test_all_are_those_that_a_cluster_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert [str(gpu) for gpu in chosen("all")] == ["GPU 1 (NVIDIA H100)"]
