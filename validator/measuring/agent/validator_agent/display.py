"""Keeps pictures and progress bars headless: windows and widgets have nobody to look at them. Each change is recorded.

Knows matplotlib's backends, tqdm's notebook bars and OpenCV's windows; nothing of what is shown in them.
"""

from __future__ import annotations

import sys
from typing import Any

from . import imports
from . import shell as shells

HEADLESS = frozenset({"agg", "inline", "module://matplotlib_inline.backend_inline", "pdf", "svg", "ps", "pgf", "cairo"})
WINDOWS = ("namedWindow", "imshow", "destroyAllWindows", "destroyWindow", "resizeWindow", "moveWindow")
NO_KEY = -1


def install(channel: Any) -> None:
    """Wait for each library; what is never imported costs nothing."""
    imports.after_import("matplotlib", lambda module: _stay(module, "use", channel))
    imports.after_import("matplotlib.pyplot", lambda module: _stay(module, "switch_backend", channel))
    imports.after_import("tqdm.notebook", lambda module: _plain_bars(module, channel))
    imports.after_import("cv2", lambda module: _no_windows(module, channel))
    shells.when_made(lambda shell: _inline(shell, channel))


def _stay(module: Any, name: str, channel: Any) -> None:
    original = getattr(module, name)

    def choose(backend: Any = "agg", *args: Any, **options: Any) -> Any:
        if str(backend).lower() in HEADLESS:
            return original(backend, *args, **options)
        channel.emit("repair", what=f"{module.__name__}.{name}({str(backend)[:60]!r}) did nothing: there is no screen")
        return None

    setattr(module, name, choose)


def _inline(shell: Any, channel: Any) -> None:
    """`%matplotlib` and `%pylab` come through here."""
    original = shell.enable_matplotlib

    def enable_matplotlib(gui: Any = None) -> Any:
        if gui is not None and str(gui).lower() not in HEADLESS:
            channel.emit("repair", what=f"%matplotlib {str(gui)[:60]} was taken as inline: there is no screen")
            gui = "inline"
        return original(gui)

    shell.enable_matplotlib = enable_matplotlib


def _plain_bars(module: Any, channel: Any) -> None:
    """Where ipywidgets is missing, a bar for notebooks raises; a plain one says the same."""
    if getattr(module, "IProgress", None) is not None:
        return
    plain: Any = sys.modules["tqdm.std"].tqdm
    said: list[bool] = []

    class Bar(plain):  # type: ignore[misc]  # whatever version of tqdm is there
        def __init__(self, *args: Any, **options: Any) -> None:
            if not said:
                said.append(True)
                channel.emit("repair", what="tqdm.notebook drew plain bars: ipywidgets is not installed")
            options.pop("display", None)
            super().__init__(*args, **options)

    def trange(*args: Any, **options: Any) -> Any:
        return Bar(range(*args), **options)

    vars(module).update(tqdm=Bar, tqdm_notebook=Bar, trange=trange, tnrange=trange)


def _no_windows(module: Any, channel: Any) -> None:
    def quiet(name: str) -> Any:
        def window(*args: Any, **options: Any) -> None:
            channel.emit("repair", what=f"cv2.{name} did nothing: there is no screen")

        return window

    for name in WINDOWS:
        setattr(module, name, quiet(name))
    module.waitKey = module.waitKeyEx = lambda *args, **options: NO_KEY
