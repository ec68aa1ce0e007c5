"""The words by which a list of references, its entries and its end are known. Plain data."""

from __future__ import annotations

import re

HEADING_WORDS = (
    "references reference referencelist referencesandnotes listofreferences bibliography selectedbibliography "
    "bibliographyandreferences literaturecited referencescited workscited citedworks sources "
    "références bibliographie literatur literaturverzeichnis quellen quellenverzeichnis referenzen "
    "referencias bibliografía referências bibliografia riferimenti riferimentibibliografici referenser "
    "litteratur litteraturliste kirjallisuus literatuur literatuurlijst bibliografie źródła kaynakça kaynaklar "
    "參考文獻 参考文献 参考資料 참고문헌 литература списоклитературы βιβλιογραφία"
)
ENDING_WORDS = (
    "appendi supplement acknowledg acknowlegd authorcontribution contribution statementofcontribution "
    "repository coderepository codeavailab dataavailab biograph aboutthe ethics reproducibilitystatement checklist "
    "anhang danksagung penalt totalpenalt expectedpenalt markpenalt penaltystatement bonus totalbonus"
)
HEADINGS = frozenset(HEADING_WORDS.split())
"""Titles of a list of references without their white space."""
ENDINGS = tuple(ENDING_WORDS.split())
"""What titles after the list start with, without white space."""

CUE = re.compile(
    r"\b(?:19|20)\d\d[a-z]?\b|arxiv|\bet al\b|\bdoi\b|https?:|www\.|\bpp\.|\bvol\.|\bpages? \d|proceedings|\bproc\."
    r"|journal|conference|transactions|workshop|advances in neural|technical report|preprint|springer|\bpress\b"
    r"|\b(?:NeurIPS|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|AAAI|IJCAI|ACL|EMNLP|MICCAI|WACV|BMVC|PMLR|IEEE|ACM|JMLR)\b"
    r"|^\[\d{1,3}\]",
    re.IGNORECASE,
)
"""A mark of a reference entry."""
CAPTION = re.compile(
    r"^(?:figure|fig\.|table|abbildung|tabelle|listing|algorithm)\s*[A-Z]?\.?\d+\s*[:.]", re.IGNORECASE
)
NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.):]*\s*|[ivxlc]+[.):]+\s*|[ivx]+\s+|[a-z][.)]\s*)", re.IGNORECASE)
LETTERED = re.compile(r"^[A-Z]\s+(?:appendi|supplement|acknowledg)", re.IGNORECASE)
"""A title after the list that a letter numbers, as `A Appendix`."""
"""Number before a title, or a margin number glued to it."""
TAIL = re.compile(r"[.:]*\d*$")
