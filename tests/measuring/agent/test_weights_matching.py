"""A file fits a network by the names and shapes of its tensors, whatever stands before the names; else not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from validator.measuring.meter import judge

NETWORK = {"body.0.weight": (8, 3), "body.0.bias": (8,), "body.1.num_batches_tracked": (), "head.weight": (2, 8)}


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(judge.__file__).parents[1] / "agent"))
    from validator_agent import weights_matching  # type: ignore[import-not-found]

    yield weights_matching
    for name in [name for name in sys.modules if name.startswith("validator_agent")]:
        monkeypatch.delitem(sys.modules, name)


def below(prefix: str, names: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {prefix + name: shape for name, shape in names.items()}


@pytest.mark.parametrize("prefix", ["", "module.", "state_dict.model.", "net.module."])
def test_a_prefix_is_taken_off(matching: Any, prefix: str) -> None:
    (fit,) = matching.fits({**below(prefix, NETWORK), **({"epoch": ()} if prefix else {})}, NETWORK)
    assert fit.name_in_file("head.weight") == f"{prefix}head.weight"


def test_a_wrapper_of_the_network_itself_is_taken_off(matching: Any) -> None:
    wrapped = below("model.", NETWORK)
    (fit,) = matching.fits(NETWORK, wrapped)
    assert fit.name_in_file("model.head.weight") == "head.weight"


def test_names_of_a_pickled_or_compiled_module_are_those_of_its_state_dict(matching: Any) -> None:
    assert matching.plain("_modules.body._modules.0._parameters.weight") == "body.0.weight"
    assert matching.plain("_orig_mod.head.weight") == "head.weight"


def test_what_is_counted_and_what_passes_may_be_missing(matching: Any) -> None:
    counted = {name: shape for name, shape in NETWORK.items() if "tracked" not in name}
    passing = {**NETWORK, "mask": (4, 4)}
    assert matching.fits(counted, NETWORK)
    assert matching.fits(NETWORK, passing, frozenset({"mask"}))
    assert not matching.fits(NETWORK, passing)


@pytest.mark.parametrize(
    "change",
    [{"head.weight": (3, 8)}, {"head.bias": (2,)}, {"head.weight": None}],
    ids=["another shape", "more tensors", "fewer tensors"],
)
def test_another_network_does_not_fit(matching: Any, change: dict[str, Any]) -> None:
    file = {name: shape for name, shape in {**NETWORK, **change}.items() if shape is not None}
    assert matching.fits(file, NETWORK) == []
    near = matching.nearest(file, NETWORK)
    assert near.fitting >= 3
    assert "head" in near.words


def test_a_network_twice_in_one_file_fits_twice(matching: Any) -> None:
    assert len(matching.fits({**below("best.", NETWORK), **below("last.", NETWORK)}, NETWORK)) == 2


def test_a_file_of_a_network_that_has_this_one_as_a_part_is_not_this_network(matching: Any) -> None:
    more = {**below("first.", NETWORK), "first.extra.weight": (2, 2)}
    assert matching.fits(more, NETWORK) == []
