"""Notes pictures on their way into grids, files and figures: torchvision's, matplotlib's and Pillow's calls.

Each call goes on unchanged, with the same arguments and the same answer; a note that fails is told and goes no further.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

from . import grids, imports
from . import shell as shells
from .pictures import Pictures

SIDE = 32
GRID_COLUMNS = 8
MOST_PIXELS = 1500
"""Longest side of a picture that is looked at as a grid."""


def install(config: dict[str, Any], channel: Any) -> None:
    """Wait for each library; what is never imported costs nothing."""
    from . import Running

    pictures = Running.pictures = Pictures(config["handed"], channel)
    imports.after_import("torchvision.utils", lambda module: _watch_torchvision(module, pictures, channel))
    imports.after_import("matplotlib.axes._axes", lambda module: _watch_axes(module.Axes, pictures, channel))
    imports.after_import("PIL.Image", lambda module: _watch_files(module.Image, pictures, channel))
    shells.when_made(lambda shell: shell.events.register("post_run_cell", lambda outcome=None: _end(pictures, channel)))
    channel.before_exit.append(pictures.flush)


def _end(pictures: Pictures, channel: Any) -> None:
    try:
        pictures.flush()
    except Exception as error:
        channel.fault("pictures", error)


def _before(module: Any, name: str, note: Callable[..., None], channel: Any) -> None:
    """Let `note` see each call first."""
    original = getattr(module, name)

    @functools.wraps(original)
    def call(*args: Any, **options: Any) -> Any:
        try:
            note(*args, **options)
        except Exception as error:
            channel.fault("pictures", error)
        return original(*args, **options)

    setattr(module, name, call)


def _watch_torchvision(module: Any, pictures: Pictures, channel: Any) -> None:
    inside: list[bool] = []
    original = module.save_image

    def grid(tensor: Any, nrow: int = GRID_COLUMNS, *args: Any, **options: Any) -> None:
        images = None if inside else _batch(tensor)
        if images is not None:
            pictures.batch(images, "make_grid", columns=nrow)

    @functools.wraps(original)
    def save_image(tensor: Any, fp: Any, *args: Any, **options: Any) -> Any:
        try:
            _saved(tensor, fp, options, pictures)
        except Exception as error:
            channel.fault("pictures", error)
        inside.append(True)  # it calls make_grid and Pillow by itself
        try:
            return original(tensor, fp, *args, **options)
        finally:
            inside.pop()

    _before(module, "make_grid", grid, channel)
    module.save_image = save_image


def _saved(tensor: Any, fp: Any, options: dict[str, Any], pictures: Pictures) -> None:
    """Many images are a picture; one alone is a file of a folder, of which only its range is noted."""
    images = _batch(tensor)
    if images is None:
        return
    if len(images) > 1:
        pictures.batch(images, "save_image", columns=int(options.get("nrow", GRID_COLUMNS)))
        return
    folder = _folder_of(fp)
    if folder is not None and not options.get("normalize"):
        outside = float(((images < 0) | (images > 1)).mean())
        pictures.written(folder, float(images.min()), float(images.max()), outside)


def _watch_axes(axes: Any, pictures: Pictures, channel: Any) -> None:
    def shown(self: Any, X: Any = None, *args: Any, **options: Any) -> None:  # noqa: N803 - matplotlib's name
        image = _one(X)
        if image is not None:
            place = self.get_subplotspec()
            columns = place.get_gridspec().ncols if place is not None else 0
            pictures.single(image, id(self.figure), columns=columns)
            return
        shape = tuple(getattr(X, "shape", ()))
        if len(shape) == 3 and shape[2] == 3 and max(shape) <= MOST_PIXELS:
            cut = grids.tiles_of(_array(X))
            if cut is not None and not pictures.just_kept(len(cut[0])):
                pictures.batch(cut[0], "imshow", columns=cut[1])

    _before(axes, "imshow", shown, channel)


def _watch_files(image: Any, pictures: Pictures, channel: Any) -> None:
    def saved(self: Any, fp: Any = None, *args: Any, **options: Any) -> None:
        folder = _folder_of(fp) if self.size == (SIDE, SIDE) else None
        if folder is not None:
            pictures.noted(folder)

    _before(image, "save", saved, channel)


def _folder_of(path: Any) -> str | None:
    """The folder of a file that is named; None for streams."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return None
    return os.path.dirname(os.path.realpath(os.fsdecode(path)))  # noqa: PTH120


def _batch(tensor: Any) -> Any:
    """float32 or uint8 `(n, 3, 32, 32)` of what torchvision is given; None when it is something else."""
    import numpy as np

    if isinstance(tensor, (list, tuple)):
        if not tensor or any(tuple(getattr(part, "shape", ())) != (3, SIDE, SIDE) for part in tensor):
            return None
        return np.stack([_array(part) for part in tensor[:1024]])
    size = tuple(getattr(tensor, "shape", ()))
    if size == (3, SIDE, SIDE):
        return _array(tensor)[None]
    return _array(tensor[:1024]) if len(size) == 4 and size[1:] == (3, SIDE, SIDE) and size[0] else None


def _one(shown: Any) -> Any:
    """`(3, 32, 32)` of one picture that matplotlib is given, or None."""
    size = tuple(getattr(shown, "shape", ()))
    if hasattr(shown, "getbands") and shown.size == (SIDE, SIDE) and shown.mode == "RGB":
        import numpy as np

        shown, size = np.asarray(shown), (SIDE, SIDE, 3)
    return _array(shown).transpose(2, 0, 1) if size == (SIDE, SIDE, 3) else None


def _array(values: Any) -> Any:
    """A copy as an array of uint8 or float32."""
    import numpy as np

    from . import sampling

    array = sampling.plain_array(values)
    return array.astype(np.uint8) if array.dtype.kind in "ui" else array.astype(np.float32)
