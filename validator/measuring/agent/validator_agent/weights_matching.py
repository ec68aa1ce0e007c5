"""Which tensors of a file are those of a network: by name and shape, whatever stands before the names.

Knows names and shapes only. A file may hold a state dict, one below a key of a checkpoint, one that a wrapper
prefixed (`module.`, `_orig_mod.`, `model.`), or a whole pickled module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INSIDE = frozenset({"_modules", "_parameters", "_buffers", "_orig_mod"})
"""Parts of names that come from how a module is pickled or compiled, and stand in no state dict."""
MOST_PREFIXES = 3
OPTIONAL = "num_batches_tracked"
"""Counted by norms since PyTorch 0.4.1; nothing is computed with it in evaluation mode."""
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Fit:
    """The tensors below `prefix` are those of the network; `wrapper` stands before the network's own names."""

    prefix: str
    wrapper: str = ""

    def name_in_file(self, own: str) -> str:
        """What the file calls the tensor that the network calls `own`."""
        return self.prefix + own.removeprefix(self.wrapper)


@dataclass(frozen=True)
class Near:
    """How far a file is from a network that it does not fit."""

    fitting: int
    wanted: int
    words: str
    """The first tensor that differs."""


def plain(name: str) -> str:
    """The name as a state dict would have it."""
    return ".".join(part for part in name.split(".") if part not in INSIDE)


def fits(file: Shapes, network: Shapes, optional: frozenset[str] = frozenset()) -> list[Fit]:
    """Every way, three at most, in which the file holds exactly this network's tensors; `optional` may be missing."""
    found = []
    for fit in _candidates(file, network):
        needed = [name for name in network if name not in optional and not name.endswith(OPTIONAL)]
        whole = all(file.get(fit.name_in_file(name)) == network[name] for name in needed)
        shaped = all(file.get(fit.name_in_file(name), network[name]) == network[name] for name in network)
        if whole and shaped and needed and not _extra(file, network, fit):
            found.append(fit)
    return found[:MOST_PREFIXES]


def nearest(file: Shapes, network: Shapes) -> Near:
    """How many of the network's tensors the file has, and the first that it lacks or has in another shape."""
    best = Near(fitting=0, wanted=len(network), words="no tensor of it by name")
    for fit in _candidates(file, network):
        wrong = [name for name in network if file.get(fit.name_in_file(name)) != network[name]]
        fitting = len(network) - len(wrong)
        if fitting >= best.fitting:
            extra = _extra(file, network, fit)
            words = _difference(file, network, fit, wrong[0]) if wrong else f"the file also holds {extra}"
            best = Near(fitting=fitting, wanted=len(network), words=words)
    return best


def _candidates(file: Shapes, network: Shapes) -> list[Fit]:
    """Prefixes under which the network's first names stand in the file, those that its wrapper adds taken off too."""
    if not network:
        return []
    tops = {name.partition(".")[0] for name in network}
    wrappers = ["", *(f"{top}." for top in tops if len(tops) == 1 and all("." in name for name in network))]
    found: dict[Fit, None] = {}
    for wrapper in wrappers:
        own = [name.removeprefix(wrapper) for name in list(network)[:MOST_PREFIXES]]
        for name in file:
            found |= dict.fromkeys(
                Fit(prefix=name.removesuffix(one), wrapper=wrapper)
                for one in own
                if name == one or name.endswith(f".{one}")
            )
    return list(found)


def _extra(file: Shapes, network: Shapes, fit: Fit) -> str:
    """The first tensor below the prefix that the network has not; empty when there is none."""
    own = {fit.name_in_file(name) for name in network}
    return next((name for name in file if name.startswith(fit.prefix) and name not in own), "")


def _difference(file: Shapes, network: Shapes, fit: Fit, name: str) -> str:
    there = file.get(fit.name_in_file(name))
    if there is None:
        return f"{name} is not in the file"
    return f"{name} is {size(there)} in the file and {size(network[name])} in the network"


def size(shape: tuple[int, ...]) -> str:
    """`64 x 3 x 3 x 3`."""
    return " x ".join(map(str, shape)) or "one number"
