"""What measuring needs besides the submissions: data sets and weights, checked before anything is executed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from validator.measuring.datasets import DataError, Inventory, inventories
from validator.measuring.datasets.digests import file_digest
from validator.running.keys import key_of


@dataclass(frozen=True, kw_only=True)
class Materials:
    """Keys over the contents of what is there, and one message for each thing that is not."""

    data_key: str
    weights_key: str
    missing: tuple[str, ...]


def materials(*, data: Path | None, weights: Path | None, lookalike: bool, wanted: Collection[str]) -> Materials:
    """Look through the data folder for what is wanted, by the names of `Plan.materials`.

    Raises DataError for a folder that is not there, for a weights file named but absent, and for look-alike files that
    were not allowed: nothing may be executed on the wrong data by accident.
    """
    if data is not None and not data.is_dir():
        raise DataError(f"--data {data}: no such folder; `validate data --data DIR` says what belongs there")
    if weights is not None and not weights.is_file():
        raise DataError(f"--weights {weights}: no such file; `validate data` says what is expected")
    sets = [found for found in inventories(data, weights_file=weights) if found.name in wanted]
    for found in sets:
        if found.complete:
            found.require(lookalike=lookalike)
    keys = {found.name: _key(found, data) for found in sets}
    return Materials(
        data_key=key_of([keys[name] for name in sorted(keys) if name != "weights"]),
        weights_key=keys.get("weights", ""),
        missing=tuple(_message(found) for found in sets if not found.complete),
    )


def _key(found: Inventory, data: Path | None) -> str:
    """Digest of the contents; hashed once for each state of a file, kept beside the data."""
    return key_of([(file.name, file_digest(Path(file.path), keep_in=data)) for file in found.present])


def _message(found: Inventory) -> str:
    names = ", ".join(file.name for file in found.missing)
    return f"{found.title}: {names} not found in {found.folder}; what needs it stays unknown. {found.how}"
