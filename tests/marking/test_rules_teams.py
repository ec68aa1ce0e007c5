"""Every rule on teams, mark splits, exercises and repositories: failing, passing, and with its evidence missing."""

from decimal import Decimal

import pytest

from validator.evidence import Document, Entry, Flag, Layout, Reading
from validator.marking.documents import document_or_unknown

IDS = ("ab1c20", "xyz2d21", "qr9e19")


def team(*ids, flags=(), paper=""):
    entries = [Entry(key="member", words=name, where=f"line {n}") for n, name in enumerate(ids, 1)]
    entries += [Entry(key="paper", words=paper, where="line 9")] if paper else []
    readings = {"team.members": Reading(value=len(ids), unit="members", source="claimed")}
    return Document(path="team.txt", role="team", kind="team", readings=readings, entries=tuple(entries), flags=flags)


def unread_team(kind="not-text", detail="it is a PDF, not plain text"):
    readings = {"team.members": Reading.missing(unit="members", why=detail)}
    return Document(
        path="team.txt", role="team", kind="team", readings=readings, flags=(Flag(kind=kind, detail=detail),)
    )


def split(*rows, flags=(), ink="strokes"):
    """A form with rows of user id and share, the share being None where the row says none."""
    entries = []
    for number, (user, share, *own) in enumerate(rows, 1):
        where = f"p1 row {number}"
        entries.append(Entry(key="share", value=share, unit="%", words=user, where=where))
        entries.append(Entry(key="signature", words=own[0] if own else ink, where=where))
    known = all(row[1] is not None for row in rows)
    total = (
        Reading(value=sum(row[1] for row in rows), unit="%", source="claimed")
        if known and rows
        else Reading.missing(unit="%", why="a row says no share")
    )
    readings = {"mark-split.total": total}
    return Document(
        path="mark_split.pdf", role="mark-split", kind="split", readings=readings, entries=tuple(entries), flags=flags
    )


THIRDS = split(*((user, 33.3) for user in IDS))
CLAUSES = {
    "handin/team-malformed": ("team", {}),
    "handin/team-size": ("team", {"fewest": 3, "most": 4}),
    "handin/team-unstated": ("team", {"facts": ("members", "paper")}),
    "handin/split-unread": ("mark-split", {}),
    "handin/split-not-whole": ("mark-split", {"whole": 100, "tolerance": Decimal("0.5")}),
    "handin/split-unsigned": ("mark-split", {}),
    "handin/split-unequal": ("mark-split", {"apart": Decimal("0.5")}),
    "handin/split-small-share": ("mark-split", {"share": Decimal(10)}),
    "handin/split-other-members": ("mark-split", {"list": "team"}),
}


@pytest.fixture
def judged(made):
    """The findings of a rule on these documents."""

    def judge(rule, *documents):
        about, limits = CLAUSES[rule]
        return made.check(made.nothing(documents=documents), made.clause(rule, about=about, **limits))

    return judge


def verdicts(findings):
    return [finding.verdict for finding in findings]


@pytest.mark.parametrize("rule", CLAUSES)
def test_without_a_document_it_is_unknown_and_says_why(judged, made, rule):
    (finding,) = judged(rule)
    assert (finding.verdict, "not measured by this version" in finding.message) == ("unknown", True)
    about, limits = CLAUSES[rule]
    gone = made.nothing(layout=Layout(files=(made.file("x.txt", "text"),), roles={about: ()}))
    (finding,) = made.check(gone, made.clause(rule, about=about, **limits))
    assert (finding.verdict, "the submission holds no file for it" in finding.message) == ("unknown", True)


def test_a_clause_without_a_role_says_so(made):
    finding = document_or_unknown(made.nothing(), made.clause("handin/team-size", fewest=3, most=4), what="the size")
    assert finding.message == "the size: the rubric's clause does not say which role it is about"


def test_a_list_of_one_id_a_line_passes(judged):
    (finding,) = judged("handin/team-malformed", team(*IDS))
    assert (finding.verdict, finding.message) == ("pass", "3 user ids, one a line")


def test_lines_that_are_something_else_fail_by_their_number(judged):
    flags = (Flag(kind="words-beside-an-id", detail="2 other words", where="line 2"),)
    (finding,) = judged("handin/team-malformed", team(*IDS, flags=flags))
    assert (finding.verdict, finding.message) == (
        "fail",
        "3 user ids, but not one on each line: line 2: 2 other words",
    )


def test_an_unusual_encoding_passes(judged):
    flags = (Flag(kind="unusual-encoding", detail="UTF-16 with a byte order mark"),)
    assert verdicts(judged("handin/team-malformed", team(*IDS, flags=flags))) == ["pass"]


def test_a_list_that_is_no_text_fails_and_leaves_the_size_unknown(judged):
    assert verdicts(judged("handin/team-malformed", unread_team())) == ["fail"]
    assert verdicts(judged("handin/team-size", unread_team())) == ["unknown"]
    assert verdicts(judged("handin/team-unstated", unread_team())) == ["unknown", "unknown"]


def test_a_list_without_an_id_fails_and_leaves_the_size_unknown(judged):
    assert verdicts(judged("handin/team-malformed", team())) == ["fail"]
    assert verdicts(judged("handin/team-size", team())) == ["unknown"]


@pytest.mark.parametrize(("members", "verdict"), [(1, "fail"), (2, "fail"), (3, "pass"), (4, "pass"), (5, "fail")])
def test_the_size_of_the_team_has_two_limits(judged, members, verdict):
    ids = [f"ab{number}c20" for number in range(members)]
    (finding,) = judged("handin/team-size", team(*ids))
    assert (finding.verdict, finding.measured) == (verdict, members)


def test_too_few_ids_beside_lines_that_may_be_members_are_unknown(judged):
    flags = (Flag(kind="line-without-an-id", detail="2 words, none of them a user id", where="line 3"),)
    assert verdicts(judged("handin/team-size", team(*IDS[:2], flags=flags))) == ["unknown"]
    assert verdicts(judged("handin/team-size", team("a1", "b2", "c3", "d4", "e5", flags=flags))) == ["fail"]


def test_what_the_template_asks_is_found_or_unknown_never_missing(judged):
    members, paper = judged("handin/team-unstated", team(*IDS, paper="https://openreview.net/forum?id=x"))
    assert (members.verdict, members.message) == ("pass", "members: 3 user ids (line 1, line 2, line 3)")
    assert paper.message == "paper: named by its address https://openreview.net/forum?id=x (line 9)"
    assert verdicts(judged("handin/team-unstated", team(*IDS))) == ["pass", "unknown"]
    assert verdicts(judged("handin/team-unstated", team())) == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("encrypted", "fail"),
        ("damaged", "fail"),
        ("not-a-pdf", "fail"),
        ("scanned-form", "unknown"),
        ("repaired-form", "unknown"),
        ("no-rows", "unknown"),
        ("several-pages", "unknown"),
        ("untitled-form", "unknown"),
        ("row-without-share", "unknown"),
        ("row-without-id", "unknown"),
        ("other-total", "unknown"),
        ("unreadable", "unknown"),
        ("too-large", "unknown"),
    ],
)
def test_a_form_that_does_not_open_fails_and_one_that_is_not_made_out_is_unknown(judged, kind, verdict):
    flag = Flag(kind=kind, detail="some reason", where="p1")
    (finding,) = judged("handin/split-unread", split(flags=(flag,)))
    assert (finding.verdict, "some reason" in finding.message) == (verdict, True)


def test_a_form_that_was_made_out_passes(judged):
    (finding,) = judged("handin/split-unread", THIRDS)
    assert (finding.verdict, finding.message) == ("pass", "3 rows made out")


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((33.3, 33.3, 33.3), "pass"),
        ((33.33, 33.33, 33.34), "pass"),
        ((33.5, 33.5, 33.5), "pass"),
        ((33.6, 33.5, 33.5), "fail"),
        ((33.2, 33.2, 33.1), "pass"),
        ((33.1, 33.2, 33.1), "fail"),
        ((100.0, 0.0, 0.0), "pass"),
        ((50.0, 50.0, 50.0), "fail"),
    ],
)
def test_shares_add_up_to_the_whole_within_half_a_point(judged, shares, verdict):
    (finding,) = judged("handin/split-not-whole", split(*zip(IDS, shares, strict=True)))
    assert finding.verdict == verdict
    assert finding.message.startswith(" + ".join(str(share) for share in shares))


def test_the_sum_is_exact(judged):
    (finding,) = judged("handin/split-not-whole", split(("a", 0.1), ("b", 0.2), ("c", 99.2)))
    assert finding.message == "0.1 + 0.2 + 99.2 = 99.5 %, 100 % within 0.5 wanted"
    assert finding.verdict == "pass"


@pytest.mark.parametrize("rule", ["handin/split-not-whole", "handin/split-unequal", "handin/split-small-share"])
def test_a_row_without_a_share_makes_every_statement_about_shares_unknown(judged, rule):
    (finding,) = judged(rule, split(("ab1c20", 50.0), ("xyz2d21", None)))
    assert (finding.verdict, "a row says no share" in finding.message) == ("unknown", True)


def test_signatures_are_never_passed_by_the_program(judged):
    (finding,) = judged("handin/split-unsigned", THIRDS)
    assert finding.verdict == "unknown"
    assert finding.message == "something stands in each place to sign, 3 rows (3 strokes): a person says whose it is"


def test_an_empty_place_to_sign_fails_with_the_user_id(judged):
    form = split(("ab1c20", 50.0), ("xyz2d21", 25.0, "none"), ("", 25.0, "none"))
    (finding,) = judged("handin/split-unsigned", form)
    assert (finding.verdict, finding.measured) == ("fail", 2)
    assert finding.message == "nothing was found where xyz2d21, p1 row 3 should sign (2 of 3 rows)"


@pytest.mark.parametrize(
    "form", [split(flags=(Flag(kind="scanned-form", detail="a picture"),)), split(("a", 1.0, "no column for it"))]
)
def test_a_form_without_places_to_sign_is_for_a_person(judged, form):
    assert verdicts(judged("handin/split-unsigned", form)) == ["unknown"]


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((33.3, 33.3, 33.4), "pass"),
        ((33.0, 33.0, 34.0), "fail"),
        ((40.0, 30.0, 30.0), "fail"),
        ((50.0, 50.0, 0.0), "fail"),
    ],
)
def test_an_uneven_division_is_for_a_person(judged, shares, verdict):
    (finding,) = judged("handin/split-unequal", split(*zip(IDS, shares, strict=True)))
    assert finding.verdict == verdict


@pytest.mark.parametrize(
    ("shares", "verdict", "words"),
    [
        ((45.0, 45.0, 10.0), "fail", "qr9e19 10 % not above 10 %: how large the team counts is to be decided"),
        ((45.0, 44.9, 10.1), "pass", "all 3 shares are above 10 %"),
        ((50.0, 50.0, 0.0), "pass", "qr9e19 with 0 % taken out, 2 members left"),
        (
            (95.0, 5.0, 0.0),
            "fail",
            "xyz2d21 5 % not above 10 %: how large the team counts is to be decided; qr9e19 with",
        ),
    ],
)
def test_small_shares_are_for_a_person_and_zeros_are_said(judged, shares, verdict, words):
    (finding,) = judged("handin/split-small-share", split(*zip(IDS, shares, strict=True)))
    assert (finding.verdict, finding.message[: len(words)]) == (verdict, words)


@pytest.mark.parametrize(
    ("rows", "members", "verdict"),
    [
        (IDS, IDS, "pass"),
        (IDS, IDS[::-1], "pass"),
        (IDS, IDS[:2], "fail"),
        (IDS[:2], IDS, "fail"),
        ((*IDS[:2], IDS[0]), IDS[:2], "fail"),
        ((*IDS[:2], ""), IDS, "unknown"),
        (IDS, (), "unknown"),
        ((), IDS, "unknown"),
    ],
)
def test_form_and_list_name_the_same_people(judged, rows, members, verdict):
    form = split(*((user, 33.3) for user in rows))
    assert verdicts(judged("handin/split-other-members", form, team(*members))) == [verdict]


def test_a_form_without_a_list_is_unknown(judged):
    assert verdicts(judged("handin/split-other-members", THIRDS)) == ["unknown"]


OWNER = "COMP6248-Reproducability-Challenge"


@pytest.mark.parametrize(
    ("links", "verdict"),
    [
        (("https://github.com/COMP6248-Reproducability-Challenge/thing",), "pass"),
        (("github.com/comp6248-reproducability-challenge/thing.git",), "pass"),
        (("git@github.com:COMP6248-Reproducability-Challenge/thing.git",), "pass"),
        (
            (
                "https://github.com/authors/code",
                "https://www.github.com/COMP6248-Reproducability-Challenge/x/tree/main",
            ),
            "pass",
        ),
        (("https://github.com/robin/COMP6248-Reproducability-Challenge",), "unknown"),
        (("https://github.com/COMP6248-Reproducability-Challenge",), "unknown"),
        (("https://github.com/organizations/COMP6248-Reproducability-Challenge",), "unknown"),
        (("https://github.com/COMP6248-Reproducability-Challenge-2/thing",), "unknown"),
        (("https://github.com.example.org/COMP6248-Reproducability-Challenge/thing",), "unknown"),
        (("https://notgithub.com/COMP6248-Reproducability-Challenge/thing",), "unknown"),
        (("https://arxiv.org/abs/2101.00001",), "unknown"),
        ((), "unknown"),
    ],
)
def test_the_owner_of_the_repository_is_compared_and_not_a_piece_of_the_address(made, links, verdict):
    evidence = made.evidence(papers=(made.paper(links=links),))
    clause = made.clause("paper/repository-unnamed", owner=OWNER)
    assert made.verdicts(evidence, clause) == [verdict]


def test_without_a_paper_its_repository_is_unknown(made):
    assert made.verdicts(made.nothing(), made.clause("paper/repository-unnamed", owner=OWNER)) == ["unknown"]


def test_another_host_can_be_named(made):
    evidence = made.evidence(papers=(made.paper(links=("https://git.example.org/Course/thing",)),))
    clause = made.clause("paper/repository-unnamed", owner="course", host="git.example.org")
    assert made.verdicts(evidence, clause) == ["pass"]


def exercise(role, *, flags=(), **sizes):
    readings = {f"{role}.{unit}": Reading(value=value, unit=unit, source="observed") for unit, value in sizes.items()}
    return Document(path=f"{role}.pdf", role=role, kind="exercise", readings=readings, flags=flags)


def test_an_exercise_with_something_in_it_passes_and_an_empty_one_fails(made):
    empty = Flag(kind="exercise-empty", detail="nothing is on its pages")
    evidence = made.nothing(documents=(exercise("one", pages=2), exercise("two", flags=(empty,), pages=2)))
    first, second = made.check(evidence, made.clause("handin/exercise-empty", roles=("one", "two")))
    assert (first.verdict, first.message) == ("pass", "one: 2 pages")
    assert (second.verdict, second.message) == ("fail", "two: nothing is on its pages")


def test_an_exercise_past_the_limits_of_the_program_is_for_a_person(made):
    flag = Flag(kind="exercise-not-read", detail="the PDF was not read: 61.0 MiB, at most 50 MiB are read")
    evidence = made.nothing(documents=(exercise("one", flags=(flag,)),))
    (finding,) = made.check(evidence, made.clause("handin/exercise-empty", roles=("one",)))
    assert (finding.verdict, "61.0 MiB" in finding.message) == ("unknown", True)


def test_a_missing_exercise_is_said_once_by_another_rule(made):
    layout = Layout(files=(made.file("one.pdf", "paper"),), roles={"one": ("one.pdf",), "two": ()})
    evidence = made.nothing(layout=layout, documents=(exercise("one", pages=1),))
    assert made.verdicts(evidence, made.clause("handin/exercise-empty", roles=("one", "two"))) == ["pass"]


def test_exercises_of_a_refused_archive_are_unknown(made):
    layout = Layout(refused=Flag(kind="archive-damaged", detail="it is torn"))
    findings = made.check(made.nothing(layout=layout), made.clause("handin/exercise-empty", roles=("one", "two")))
    assert [(one.verdict, "it is torn" in one.message) for one in findings] == [("unknown", True)] * 2
