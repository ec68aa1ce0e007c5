"""Batches that networks judged, kept state by state of the network within fixed limits, and written to files.

Knows arrays, counts and files; nothing of hooks.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from . import owning

RECENT = 3
"""States of all networks whose outputs are kept; of earlier ones the largest output of each image is."""
MAX_STATES = 64
MAX_ROWS = 200_000
"""Rows of outputs."""
MAX_BYTES = 48 << 20
NAME = "evaluations.json"


class State:
    """What one module answered between two updates of its network."""

    def __init__(self, said: dict[str, Any], network: Any) -> None:
        self.said, self.network = said, network
        self.outputs: list[Any] = []
        self.signatures: list[Any] = []
        self.batches: list[tuple[int, bool, bool]] = []
        """Images, whether in training mode, whether signed."""
        self.layers: dict[bool, list[str]] = {}
        self.dropped = 0
        self.compact = False
        self.rows = self.size = 0
        """Images judged and kept, and bytes of their arrays: asked at every call, of which there may be thousands."""

    def add(self, outputs: Any, signatures: Any, *, training: bool) -> None:
        """One batch more."""
        self.outputs.append(_classes(outputs) if self.compact else outputs)
        self.signatures.append(signatures)
        self.batches.append((len(outputs), training, signatures is not None))
        self._counted(-1, 1)

    def forget_first(self) -> None:
        """Its oldest batch makes room."""
        self._counted(0, -1)
        self.dropped += self.batches.pop(0)[0]
        del self.outputs[0], self.signatures[0]

    def _counted(self, place: int, sign: int) -> None:
        signatures = self.signatures[place]
        self.rows += sign * self.batches[place][0]
        self.size += sign * (self.outputs[place].nbytes + (signatures.nbytes if signatures is not None else 0))

    def shrink(self) -> None:
        """Of its outputs keep the class of the largest one, for each image."""
        if not self.compact:
            before = sum(outputs.nbytes for outputs in self.outputs)
            self.outputs = list(map(_classes, self.outputs))
            self.size -= before - sum(outputs.nbytes for outputs in self.outputs)
            self.compact = True

    @property
    def current(self) -> bool:
        """Whether its network is still in this state."""
        return self.network is None or self.network.updates == self.said["after_update"]


class Passes:
    """States in the order in which they were last judged."""

    def __init__(self) -> None:
        self._states: dict[tuple[Any, ...], State] = {}
        self._pid = os.getpid()
        self.rank = owning.FIRST
        self.skipped = 0
        """Calls not looked at: too slow, or their batch was overwritten."""
        self.changed = False

    def add(
        self,
        *,
        module: str,
        network: Any,
        copy: bool,
        outputs: Any,
        signatures: Any,
        training: bool,
        layers: list[str],
        shape: tuple[int, ...],
        through: str,
    ) -> None:
        """A batch was judged: outputs `(n, classes)` float32, signatures `(n, 12 or 24)` float32 or None."""
        updates = network.updates if network is not None else 0
        key = (module, updates, shape, outputs.shape[1], 0 if signatures is None else signatures.shape[1])
        said = {"module": module, "copy": copy, "classes": outputs.shape[1], "shape": list(shape), "through": through}
        state = self._states.pop(key, None) or State({**said, "after_update": updates}, network)
        self._states[key] = state
        state.layers[training] = layers
        state.add(outputs, signatures, training=training)
        self.changed = True
        self._make_room(state)

    def _make_room(self, newest: State) -> None:
        for state in list(self._states.values())[:-RECENT]:
            if not state.current:
                state.shrink()
        while len(newest.batches) > 1 and newest.rows > MAX_ROWS:
            newest.forget_first()
        while len(self._states) > 1 and (
            len(self._states) > MAX_STATES
            or sum(state.size for state in self._states.values()) > MAX_BYTES
            or sum(state.rows for state in self._states.values() if not state.compact) > MAX_ROWS
        ):
            # A state in which a few images were looked at says least.
            keys = list(self._states)[:-1]
            self._states.pop(min(keys, key=lambda key: self._states[key].rows))

    def write(self, folder: str) -> None:
        """`evaluation-<k>.npy` and the like for each state, then `evaluations.json`, which names them.

        Of several processes only one writes.
        """
        path = Path(folder) / NAME
        if os.getpid() != self._pid or not owning.owns(path, self.rank):
            return
        self.changed = False
        entries = [_written(Path(folder), number, state) for number, state in enumerate(self._states.values(), start=1)]
        said = [{**entry, "skipped": self.skipped} for entry in entries]
        path.with_suffix(".part").write_text(json.dumps(said, default=str), encoding="utf-8")
        path.with_suffix(".part").replace(path)


def _classes(outputs: Any) -> Any:
    """The place of the largest output of each image."""
    return outputs.argmax(1).astype("uint8")


def _written(folder: Path, number: int, state: State) -> dict[str, Any]:
    """One entry; `signatures` is null where no batch had any, and nought in the rows of a batch that had none."""
    import numpy as np

    names = {part: f"evaluation-{number}{part}.npy" for part in ("", "-signatures", "-batches")}
    width = next((found.shape[1] for found in state.signatures if found is not None), 0)
    np.save(folder / names[""], np.concatenate(state.outputs))
    np.save(folder / names["-batches"], np.array(state.batches, dtype=np.int32))
    if width:
        blank = [
            found if found is not None else np.zeros((batch[0], width), np.float32)
            for found, batch in zip(state.signatures, state.batches, strict=True)
        ]
        np.save(folder / names["-signatures"], np.concatenate(blank))
    updates = state.network.updates if state.network is not None else 0
    return {
        **state.said,
        "network": state.network.name if state.network is not None else "",
        "updates_since": updates - state.said["after_update"],
        "mode": "train" if sum(training for _, training, _ in state.batches) * 2 > len(state.batches) else "eval",
        "layers": {"train" if training else "eval": layers for training, layers in state.layers.items()},
        "images": state.rows,
        "batches": len(state.batches),
        "dropped": state.dropped,
        "file": names[""],
        "signatures": names["-signatures"] if width else None,
        "batches_file": names["-batches"],
        "kind": "torch",
    }
