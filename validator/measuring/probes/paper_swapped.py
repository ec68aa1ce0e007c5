"""Letters of ligatures whose codes Ghostscript wrote with their bytes swapped: `ti` in Calibri becomes two ideographs.

Text in, text out. One such sign may be meant; two in a row, each of which is a Latin letter with its bytes swapped, are
no word of any language.
"""

from __future__ import annotations

import re
import string

SWAPPED = re.compile(f"[{''.join(chr(ord(letter) << 8) for letter in string.ascii_letters)}]{{2,}}")


def unswapped(text: str) -> str:
    """The text with the letters that were meant."""
    return SWAPPED.sub(lambda found: "".join(chr(ord(sign) >> 8) for sign in found.group()), text)
