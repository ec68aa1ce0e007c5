"""The Inception weights of the FID: where they are looked for, whether they are the official file; loads none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from validator.measuring.datasets.digests import file_digest
from validator.measuring.datasets.inventory import DataError, DataFile, Inventory, State

NAME = "pt_inception-2015-12-05-6726825d.pth"
OFFICIAL_SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
OFFICIAL_BYTES = 95_628_359
"""The digest begins with the digits in the file's name, as torch-hub names files. The whole of it is written alike in
the checks of several public projects that do not build on each other; torch-fidelity's own
`weights-inception-2015-12-05-6726825d.pth` is the same file by another name. pytorch-fid itself checks neither."""
HOW = (
    f"It is the asset {NAME} of the release fid_weights of the repository mseitzer/pytorch-fid "
    f"({OFFICIAL_BYTES:,} bytes); its sha256 is {OFFICIAL_SHA256}."
)


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A weights file that was found: where, its digest, and whether it is the official one."""

    path: str
    sha256: str
    official: bool


def places(data: Path | None, *, option: Path | None = None) -> tuple[Path, ...]:
    """Where the file is looked for, in this order; a file named by option is the only place."""
    if option is not None:
        return (option,)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    hub = Path(os.environ.get("TORCH_HOME") or cache / "torch") / "hub" / "checkpoints"
    return (*([data / "weights" / NAME] if data else []), hub / NAME)


def find(data: Path | None, *, option: Path | None = None) -> Weights | None:
    """The first of the places that holds the file, hashed; None when none does."""
    path = next((place for place in places(data, option=option) if place.is_file()), None)
    if path is None:
        return None
    digest = file_digest(path, keep_in=data)
    return Weights(path=str(path), sha256=digest, official=_official(digest))


def require(data: Path | None, *, option: Path | None = None, lookalike: bool = False) -> Weights:
    """The weights file, or DataError saying what, where and how."""
    found = find(data, option=option)
    inventory(data, option=option).require(lookalike=lookalike)
    if found is None:
        raise DataError(f"FID weights: {NAME} vanished while it was read; run again")
    return found


def inventory(data: Path | None, *, option: Path | None = None) -> Inventory:
    """Whether the weights are there, and whether they are the official ones."""
    goes = places(data, option=option)[0]
    found = find(data, option=option)
    if found is None:
        expected = f"expected sha256 {OFFICIAL_SHA256[:16]}..."
        file = DataFile(name=NAME, path=str(goes), state="missing", detail=expected)
        return Inventory(name="weights", title="FID weights", folder=str(goes.parent), files=(file,), how=HOW)
    size = Path(found.path).stat().st_size
    state: State = "official" if found.official else "look-alike"
    file = DataFile(name=NAME, path=found.path, state=state, bytes=size, detail=_difference(found, size))
    return Inventory(name="weights", title="FID weights", folder=str(Path(found.path).parent), files=(file,), how=HOW)


def _difference(found: Weights, size: int) -> str:
    """What tells the file from the official one; a download that broke off is known by its size."""
    if found.official:
        return ""
    short = f", {size:,} bytes of {OFFICIAL_BYTES:,}" if size != OFFICIAL_BYTES else ""
    return f"sha256 {found.sha256[:16]}..., official {OFFICIAL_SHA256[:16]}...{short}"


def _official(digest: str) -> bool:
    return digest == OFFICIAL_SHA256
