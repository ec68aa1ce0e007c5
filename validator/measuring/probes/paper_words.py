"""The words by which a list of references, its entries and its end are known. Plain data."""

from __future__ import annotations

import re
import unicodedata

HEADING_WORDS = (
    "references reference referencelist referencesandnotes notesandreferences listofreferences bibliography "
    "selectedbibliography bibliographyandreferences referencesandbibliography bibliographicreferences "
    "literaturecited referencescited citedreferences citedliterature workscited citedworks citations sources "
    "literature "
    "références référencesbibliographiques bibliographie literatur literaturverzeichnis quellen "
    "quellenverzeichnis literaturangaben literaturundquellen referenzen "
    "referencias referenciasbibliográficas bibliografía referências referênciasbibliográficas bibliografia "
    "riferimenti riferimentibibliografici referenser referanser referencer källor källförteckning "
    "litteratur litteraturliste litteraturförteckning kirjallisuus lähteet literatuur literatuurlijst bronnen "
    "bibliografie referenties piśmiennictwo źródła literatura kaynakça kaynaklar irodalom irodalomjegyzék "
    "參考文獻 参考文献 参考資料 引用文献 文献 참고문헌 литература списоклитературы βιβλιογραφία"
)
WEAK_HEADINGS = frozenset(["literature", "sources", "citations", "literatur", "quellen", "litteratur", "bronnen"])
"""Titles that a section of the text may have as well, such as one on earlier work or on where the data come from."""
HEADING_STEMS = ("referenc", "bibliograph", "literat", "riferiment", "workscited", "citedwork", "citation", "quellen")
"""What a title of a list may hold besides other words, as `References and links`."""
ENDING_WORDS = (
    "appendi supplement acknowledg acknowlegd acknowledm authorcontribution contribution statementofcontribution "
    "repository coderepository githubrepository codeavailab availabilityofcode dataavailab biograph abouttheauthor "
    "authorbiograph ethicsstatement ethicalstatement broaderimpact reproducibilitystatement "
    "reproducibilitychecklist anhang danksagung remerciements annexe agradecimientos ringraziamenti penalt "
    "additionalpenalt totalpenalt expectedpenalt markpenalt penaltystatement "
    "statementofpenalt statementonpenalt bonus totalbonus additionalresult "
    "additionalexperiment additionalfigure extendeddata statementofauthorship declarationof divisionoflabo wordcount"
)
WHOLE_ENDING_WORDS = (
    "code codeanddata sourcecode githublink linktocode annex checklist ethics funding notes vitae authors "
    "abouttheauthors conclusion conclusions discussion introduction results experiments experimentalresults "
    "method methods methodology limitations futurework relatedwork background abstract figures tables impact"
)

SECOND_LIST_WORDS = (
    "furtherreading additionalreading suggestedreading recommendedreading readinglist furtherreferences "
    "additionalreferences supplementaryreferences datasets datasetsused datasources dataused software softwareused "
    "softwareandlibraries libraries librariesused tools toolsused "
    "imagecredits imagesources figurecredits figuresources picturecredits credits weiterfuhrendeliteratur "
    "bildnachweis bildquellen lecturescomplementaires"
)


def _plain(text: str) -> str:
    """Words without accents, as they are looked for."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


HEADINGS = frozenset(_plain(HEADING_WORDS).split())
"""Titles of a list of references without their white space and accents."""
ENDINGS = tuple(ENDING_WORDS.split())
"""What titles after the list start with, without white space."""
SECOND_LISTS = frozenset(SECOND_LIST_WORDS.split())
"""Whole titles, without white space and accents, of lists that stand beside the references and look like them."""
WHOLE_ENDINGS = frozenset(WHOLE_ENDING_WORDS.split())
"""Whole titles of other parts of a paper; as the start of a line they could be anything."""

CUE = re.compile(
    r"\b(?:19|20)\d\d[a-z]?\b|arxiv|\bet al\b|\bdoi\b|https?:|www\.|\bpp\.|\bvol\.|\bpages? \d|proceedings|\bproc\."
    r"|journal|conference|transactions|symposium|workshop|advances in neural|technical report|\btech\. rep|preprint"
    r"|springer|elsevier|\bpress\b|\bthesis\b|\bdissertation\b|\beds?\.|\bisbn\b|\baccessed\b|\bretrieved from\b"
    r"|\bavailable (?:at|from|online)\b|\bcorr\b|lecture notes|\bgithub\.com"
    r"|\b(?:NeurIPS|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|AAAI|IJCAI|ACL|EMNLP|MICCAI|WACV|BMVC|PMLR|IEEE|ACM|JMLR)\b"
    r"|^\[\d{1,3}\]",
    re.IGNORECASE,
)
"""A mark of a reference entry."""
PROSE_WORDS = (
    "we our us is are was were has have had which that it its they their these those can could would should be been "
    "not than if he she his her him who whom whose where there this does did do i my me you your will may might "
    "because although though while thus therefore however each both such currently received joined born"
)
PROSE = frozenset(PROSE_WORDS.split())
"""Words of running text that stand in few titles of works."""
CAPTION = re.compile(
    r"^(?:figure|fig\.|table|abbildung|abb\.|tabelle|tab\.|listing|algorithm)\s*[A-Z]?\.?\d+\s*[:.|\u2013\u2014-]",
    re.IGNORECASE,
)
NUMBERING = re.compile(
    r"^\s*(?:\u00a7\s*)?(?:\d+(?:\.\d+)*[.):]*\s*|[ivxlc]+[.):]+\s*|[ivx]+\s+|[a-z][.)]\s*)", re.IGNORECASE
)
"""Number before a title, or a margin number glued to it."""
NUMBER = re.compile(r"[<>~\u2248\u00b1(]*[-\u2212+]?\d(?:[\d.,]*\d)?\)?(?:[%kKMBx]|e-?\d+)?[,;]?")
"""A word of a table: a number with what stands around it."""
LETTERED = re.compile(r"^[A-Z]\s+(?:appendi|supplement|acknowledg)", re.IGNORECASE)
"""A title after the list that a letter numbers, as `A Appendix`."""
LETTER_TITLE = re.compile(r"^[A-H](?:\.\d+)*\.?\s+[A-Z][A-Za-z]")
"""A title that a letter numbers, as `B Further samples`; also an initial and a name."""
RUN_IN = re.compile(
    r"^(?:acknowled?ge?ments?|(?:author |statement of )?contributions?|(?:code|data) availability|funding"
    r"|ethics statement|broader impacts?|(?:total |expected )?penalty|(?:total )?bonus|about the authors?"
    r"|reproducibility statement|appendix(?: [A-Z0-9])?|supplementary materials?)"
    r"\s?[.:\u2013\u2014]\s?(?=[A-Z0-9\u2212-])",
    re.IGNORECASE,
)
"""A title in front of its own text, as `Acknowledgements. We thank ...`."""
HEADING_RUN_IN = re.compile(
    r"^(?:references?|bibliography|sources|works cited|literature)\s?[.:\u2013\u2014]\s?(?=\S)", re.IGNORECASE
)
"""The title of a list in front of its first entry, as `References: [1] Anna Kessler. ...`."""
OWN_CODE = re.compile(
    r"^(?:(?:our|the|all|all of our|all of the|all the)\s)?(?:source\s|full\s)?code\s"
    r"(?:(?:is|was|can|may)\s|(?:for|of|to)\s(?:this|our|the)\s)",
    re.IGNORECASE,
)
"""What a sentence on the paper's own code begins with, as `Our code is at ...`; a link in it looks like an entry's."""
REMARK = re.compile(r"(?<=\w)\s+[(\[][^()\[\]]*[^\W\d_]{3}[^()\[\]]*[)\]]$")
"""What stands in brackets behind a title, as `References (not counted)`."""
TAIL = re.compile(r"[.:\u2014\u2013_*\u2022\u25a0~=|-]*\d*$")
RULE = re.compile(r"^[\s\u2014\u2013_*\u2022\u25a0~=|-]+")
"""What stands around a title as an ornament."""
