"""Stands in for `google.colab`, so that a notebook written there runs here; every use is recorded as a repair.

A mounted drive is an empty folder: the data sets are served by name wherever they are looked for, and whatever else a
notebook keeps on its drive is not part of the submission.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

from . import imports, stand_ins
from . import shell as shells

ABOUT = "Stands in for google.colab: this notebook runs elsewhere."
MODULES = ("google", "google.colab")
ROOT = "/content"
SILENT = {
    "drive": ("flush_and_unmount",),
    "output": ("clear", "enable_custom_widget_manager", "disable_custom_widget_manager", "eval_js"),
    "runtime": ("unassign",),
    "data_table": ("enable_dataframe_formatter", "disable_dataframe_formatter"),
    "userdata": ("get",),
    "patches": ("cv2_imshow",),
    "files": ("download", "view"),
}
"""What may be called on Colab and means nothing elsewhere: each returns nothing."""


def install(channel: Any) -> None:
    """Stand in wherever the module is missing, which is everywhere but on Colab itself."""
    for name in (*MODULES, *(f"google.colab.{part}" for part in SILENT)):
        imports.stand_in(name, lambda name: stand_ins.empty(name, channel, about=ABOUT))
    for part in SILENT:
        imports.after_import(f"google.colab.{part}", lambda module: _fill(module, channel))
    _stay_at_home(channel)
    shells.when_made(lambda shell: _magics(shell, channel))


def _fill(module: ModuleType, channel: Any) -> None:
    if module.__doc__ != ABOUT:
        return
    part = module.__name__.rpartition(".")[2]
    for name in SILENT[part]:
        setattr(module, name, _silent(f"{module.__name__}.{name}", channel))
    if part == "drive":
        module.mount = _mount(channel)  # type: ignore[attr-defined]
    if part == "files":
        module.upload = _upload(channel)  # type: ignore[attr-defined]


def _silent(name: str, channel: Any) -> Any:
    def nothing(*args: Any, **options: Any) -> None:
        given = repr(args[0])[:200] if args and isinstance(args[0], str) else ""
        channel.emit("repair", what=f"{name}({given}) did nothing")

    return nothing


def _mount(channel: Any) -> Any:
    def mount(mountpoint: str = "/content/drive", *args: Any, **options: Any) -> None:
        channel.emit("repair", what=f"google.colab.drive.mount({str(mountpoint)[:200]!r}) did nothing")
        sys.stdout.write("google.colab: no drive is mounted here; data sets are served by their file names\n")

    return mount


def _upload(channel: Any) -> Any:
    def upload(*args: Any, **options: Any) -> dict[str, bytes]:
        channel.emit("repair", what="google.colab.files.upload() returned no file: nobody is there to choose one")
        return {}

    return upload


def _stay_at_home(channel: Any) -> None:
    """`%cd /content/drive/MyDrive/work`: the work is here already."""
    real_chdir = os.chdir

    def chdir(path: Any) -> None:
        try:
            real_chdir(path)
        except FileNotFoundError:
            if not str(path).startswith(ROOT):
                raise
            channel.emit("repair", what=f"the change to the folder {str(path)[:200]} was left out: it is Colab's")

    os.chdir = chdir


def _magics(shell: Any, channel: Any) -> None:
    """`%tensorflow_version` and extensions that are not installed; `%conda` asks the stand-in for conda."""
    from IPython.core.magic import no_var_expand

    def left_out(line: str) -> None:
        channel.emit("repair", what=f"%tensorflow_version {line[:60]} was left out: it is Colab's".replace("  ", " "))

    def command(name: str) -> Any:
        return no_var_expand(lambda line: shell.system(f"{name} {line}"))

    shell.register_magic_function(left_out, "line", "tensorflow_version")
    for name in ("conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(command(name), "line", name)
    original = shell.extension_manager.load_extension

    def load_extension(name: str) -> Any:
        try:
            return original(name)
        except ModuleNotFoundError:
            channel.emit("repair", what=f"%load_ext {name[:100]} was left out: it is not installed")
            return None

    shell.extension_manager.load_extension = load_extension
