"""The harness's own cell that puts the weights that were handed in into the networks of the run, and asks those again.

What the files hold was read outside and lies in plain files of numbers: nothing is unpickled here. Knows how to find
the network that a file fits; judges nothing, and never raises.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import Running

SECONDS = 1440.0
MOST_TRIED = 4
"""Networks, or places in the file, that one file is tried in."""
SEED, OTHER_SEED = 20242, 20243


def reweigh(told: str, seconds: float = SECONDS) -> None:
    """Try every file of `weights.json` in the folder `told`; writes `weights.json`, an entry a file, in passing.

    Each entry has `path`, `sha256` and either `why` it was not compared or what `_compared` says.
    """
    from .drawing import CAUGHT

    entries: list[dict[str, Any]] = []
    try:
        index = json.loads(Path(told, "weights.json").read_text(encoding="utf-8"))
        for file in index:
            entry = {"path": file["path"], "sha256": file["sha256"]}
            entries.append(entry)
            entry |= _entry(file, Path(told), seconds / len(index))
            _write(entries)
    except CAUGHT as error:
        entries.append({"path": "", "why": repr(error)[:300]})
    _write(entries)


def _entry(file: dict[str, Any], told: Path, seconds: float) -> dict[str, Any]:
    from .drawing import CAUGHT

    if Running.meter is None:
        return {"why": "the run imported no PyTorch"}
    try:
        Running.meter.flush_all()
        with Running.meter.forwards.paused():
            return _tried(file, told, seconds)
    except CAUGHT as error:
        return {"why": f"asking failed: {error!r}"[:300]}


def _tried(file: dict[str, Any], told: Path, seconds: float) -> dict[str, Any]:
    """Of all networks that the file fits, the one whose answers change least: the student is given the doubt."""
    from . import weights_matching
    from .drawing import CAUGHT

    shapes = {weights_matching.plain(one["name"]): tuple(one["shape"]) for one in file["tensors"]}
    whole, near = [], []
    for name, module, judged, said in _networks():
        own, optional = _shapes(module)
        ways = weights_matching.fits(shapes, own, optional)
        whole += [(name, module, judged, said, fit) for fit in ways]
        if not ways and own:
            near.append((weights_matching.nearest(shapes, own), name))
    if not whole:
        return {"why": _nearest(near)}
    found = []
    for name, module, judged, why_not, fit in whole[:MOST_TRIED]:
        values = _Values(told / file["data"], file["tensors"], fit)
        answer: dict[str, Any] = {"network": name, "why": why_not}
        try:
            answer |= _apart(module, values)
            if not why_not:
                answer |= _compared(module, judged, values, seconds / min(len(whole), MOST_TRIED))
        except CAUGHT as error:
            answer["why"] = f"asking it with these weights failed: {error!r}"[:300]
        found.append(answer)
    best = min(found, key=_distance)
    return {**best, "fitting": len(whole)}


def _networks() -> Iterator[tuple[str, Any, Any, str]]:
    """Name, module, what it was fed when it judged last, and why it is not asked: those that judged last come first."""
    from .verdicts import TWIN_ABOVE

    meter, seen = Running.meter, set()
    for tally, pile in reversed(list(meter.judged.piles.values())):
        module = tally.module()
        if module is None or id(module) in seen:
            continue
        seen.add(id(module))
        network = tally.network
        part = network is not None and not _is_whole(module, network)
        name = network.name if network is not None else tally.name
        if network is None and tally.copy_of is not None and (tally.similarity or 0) > TWIN_ABOVE:
            name = f"{name}, a copy of {tally.copy_of.name}"
        yield name, module, pile, "it is a part of a network whose parts are called one by one" if part else ""
    for network in reversed(meter.registry.networks):
        for root in [root for reference in network.roots if (root := reference()) is not None]:
            if network.trained and id(root) not in seen:
                seen.add(id(root))
                yield network.name, root, None, _why_unasked(meter, root)


def _why_unasked(meter: Any, root: Any) -> str:
    tally = meter.forwards.tally_of(root)
    unkept = meter.judged.unkept.get(tally.name) if tally is not None else None
    return str(unkept or "the run was not seen to evaluate it, so there is nothing to ask it again")


def _is_whole(module: Any, network: Any) -> bool:
    from .as_found import tensors_of

    own = {id(tensor) for tensor in tensors_of(module)[0].values()}
    return all(id(tensor) in own for tensor in network.live_tensors())


def _shapes(module: Any) -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    from .as_found import tensors_of

    tensors, optional = tensors_of(module)
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}, optional


def _nearest(near: list[tuple[Any, str]]) -> str:
    if not near:
        return "the run built no network that is still there"
    best, name = max(near, key=lambda pair: pair[0].fitting / pair[0].wanted)
    count = f"{best.fitting} of {best.wanted} tensors of {name}"
    return f"no network of the run has its names and shapes; nearest: {count}, first difference: {best.words}"[:300]


class _Values:
    """The tensors of one file, read one by one from the flat file of numbers."""

    def __init__(self, data: Path, tensors: list[dict[str, Any]], fit: Any) -> None:
        from .weights_matching import plain

        self._data, self._fit = data, fit
        self._tensors = {plain(one["name"]): one for one in tensors}

    def of(self, name: str) -> Any:
        """What the file has for the network's tensor of that name, on the CPU; None where it has nothing."""
        import torch

        one = self._tensors.get(self._fit.name_in_file(name))
        if one is None:
            return None
        dtype = getattr(torch, one["dtype"])
        size = math.prod(one["shape"]) * torch.empty(0, dtype=dtype).element_size()
        if not size:
            return torch.empty(one["shape"], dtype=dtype)
        with self._data.open("rb") as file:
            file.seek(one["offset"])
            content = bytearray(file.read(size))
        return torch.frombuffer(content, dtype=dtype).reshape(one["shape"])


def _compared(module: Any, judged: Any, values: _Values, seconds: float) -> dict[str, Any]:
    """What the weights of the run and these answer to what was asked last, and how far these are from those.

    Calls with batches of data that were trained on are left out, unless there are no others. `again` is what the
    network of the run answers a second time, with other random numbers.
    """
    from . import reasking
    from .as_found import as_found, put, tensors_of
    from .drawing import limited

    tensors, _ = tensors_of(module)
    unseen = [one for one in judged.calls if not Running.meter.judged.was_trained_on(one)]
    fed = unseen or judged.calls
    with as_found(module), limited(seconds):
        ours = reasking.ask(module, fed, seed=SEED, seconds=seconds / 4)
        again = reasking.ask(module, fed, seed=OTHER_SEED, seconds=seconds, calls=ours.calls)
        for name, tensor in tensors.items():
            held = values.of(name)
            if held is not None:
                put(tensor, held)
        theirs = reasking.ask(module, fed, seed=SEED, seconds=seconds, calls=ours.calls)
    threshold = reasking.threshold_of(ours)
    labelled, right = reasking.correct(ours, fed, threshold=threshold)
    _, right_with_file = reasking.correct(theirs, fed, threshold=threshold)
    return {
        **reasking.agreement(ours, theirs),
        "again": reasking.agreement(ours, again),
        "calls": ours.calls,
        "left_out": len(judged.calls) - ours.calls + judged.dropped,
        "trained_on": not unseen,
        "training_mode": any(one.training for one in fed[: ours.calls]),
        "labelled": labelled,
        "correct_run": right,
        "correct_file": right_with_file,
    }


def _apart(module: Any, values: _Values) -> dict[str, Any]:
    """`distance` is the norm of the difference over that of the run's values; `identical` whether there is none."""
    import torch

    from .as_found import tensors_of

    tensors, _ = tensors_of(module)
    square = norm = 0.0
    same, unlike = True, 0
    for name, tensor in tensors.items():
        held = values.of(name)
        if held is None:
            continue
        own = tensor.detach().to("cpu", torch.float64)
        theirs = held.to(torch.float64)
        unlike += int((~torch.isfinite(theirs)).sum())
        same = same and bool(torch.equal(own, theirs))
        if tensor.is_floating_point():
            square += float((own - theirs).square().sum())
            norm += float(own.square().sum())
    distance = math.sqrt(square / norm) if norm > 0 and math.isfinite(square) else None
    return {"distance": distance, "identical": same, "not_numbers": unlike}


def _distance(found: dict[str, Any]) -> tuple[bool, float, float]:
    """Those that were asked come first, then by how many rows are decided otherwise, and by the answers."""
    rows = found.get("rows") or 0
    otherwise = 1 - found["same"] / rows if rows and found.get("same") is not None else 1.0
    difference = found.get("difference")
    return not rows, otherwise, math.inf if difference is None else difference


def _write(entries: list[dict[str, Any]]) -> None:
    try:
        path = Path((Running.config or {})["handed"], "weights.json")
        path.write_text(json.dumps(entries, default=str), encoding="utf-8")
    except Exception as error:
        if Running.channel is not None:
            Running.channel.fault("reweighing", error)
