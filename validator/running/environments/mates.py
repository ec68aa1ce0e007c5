"""Packages that must be of the same release and do not say so: an installer puts any together, and the import fails."""

from __future__ import annotations

import re

TORCH = re.compile(r"torch\s*==\s*2\.([0-8])(?:\.[\w.+]*)?\s*(?:;.*)?", re.IGNORECASE)
"""Of later releases torchaudio is built for any torch; for those before, few Pythons have both."""


def matched(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Where a release of torch is asked for, torchaudio in any version becomes the one that was made for it."""
    release = next((found[1] for line in lines if (found := TORCH.fullmatch(line))), None)
    if release is None:
        return lines
    return tuple(f"torchaudio==2.{release}.*" if line.lower() == "torchaudio" else line for line in lines)
