"""Says what a cell wanted that is not here: an answer from a person, a GPU, the network. Repairs nothing.

Knows errors by their names and words; nothing of what is counted.
"""

from __future__ import annotations

from typing import Any

from . import shell as shells

NO_GPU = (
    r"Found no NVIDIA driver|CUDA driver version is insufficient|Torch not compiled with CUDA enabled"
    r"|No CUDA GPUs are available|no CUDA-capable device|CUDA device but torch\.cuda\.is_available\(\) is False"
    r"|(?:Unknown backend:?|Backend) '?(?:gpu|cuda)'?|platforms that are instances of (?:gpu|cuda)"
)
"""What the libraries say on a machine without a GPU; the harness outside reads replies by the same words."""
ASSERTED = r"\bassert\b.*\bcuda\.(?:is_available|device_count)\("
NETWORK = frozenset(
    {"URLError", "gaierror", "ConnectionError", "NewConnectionError", "MaxRetryError", "ConnectTimeout"}
)
NOBODY = "StdinNotImplementedError"
DEBUGGERS = frozenset({"interaction", "cmdloop", "set_trace", "debugger"})


def install(channel: Any) -> None:
    """Look at every error a cell ends with."""
    shells.when_made(lambda shell: shells.after_error(shell, lambda error: _look(error, channel)))


def _look(error: BaseException, channel: Any) -> None:
    import re  # not at the start of every process: it takes milliseconds

    for one in _chain(error):
        name, words = type(one).__name__, str(one)[:2000]
        if name == NOBODY:
            channel.emit("notice", flag="input", what=f"{_asked_by(one)} asked, and nobody is there to answer")
        elif re.search(NO_GPU, words) or (isinstance(one, AssertionError) and re.search(ASSERTED, _last_line(one))):
            channel.emit(
                "notice", flag="gpu", what=f"needs a GPU, and none is here: {name}: {words[:150]}".rstrip(": ")
            )
        elif name in NETWORK:
            channel.emit("notice", flag="download", what=f"there is no network: {name}: {words[:150]}")
        else:
            continue
        return


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found and len(found) < 10:
        found.append(one)
        one = one.__cause__ or one.__context__
    return found


def _asked_by(error: BaseException) -> str:
    import traceback

    names = {frame.name for frame in traceback.extract_tb(error.__traceback__)}
    if "getpass" in names:
        return "getpass()"
    return "a debugger" if names & DEBUGGERS else "input()"


def _last_line(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return (frames[-1].line or "") if frames else ""
