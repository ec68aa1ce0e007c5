"""A `.py` submission as the one cell that runs it. Knows neither kernels nor what is measured."""

from __future__ import annotations

from pathlib import Path

_CELL = """\
def _run_the_script(path, names):
    import linecache, sys, tokenize
    with tokenize.open(path) as file:
        text = file.read()
    linecache.cache[path] = (len(text), None, text.splitlines(True), path)
    names["__file__"] = path
    sys.argv = [path]
    try:
        exec(compile(text, path, "exec"), names)
    except SystemExit as ending:
        if ending.code not in (None, 0):
            raise
_run_the_script({path!r}, globals())
"""


def cell_text(file: Path) -> str:
    """Code that runs `file` as the main module: its classes have a source, `sys.exit(0)` is a good end."""
    return _CELL.format(path=str(file))
