"""The members' marks of one team: its report, its form, what a marker gave, what the module leader changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from validator.evidence import Evidence
from validator.marking.documents import user_ids
from validator.marking.final_mark import arithmetic, mark_after
from validator.marking.report import Report
from validator.marking.rubric import Sharing
from validator.marking.sharing import effective_size, individual_marks
from validator.marking.splits import Share, percent, shares_of
from validator.marking.tables import Line, TableError

WHOLE = Decimal(100)
LARGEST_TEAM = Decimal(20)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a person gives for one team."""

    awarded: Decimal | None = None
    """The team's mark before penalties; None where it is not marked yet."""
    size: int | None = None
    """An effective size of the team that differs from the number of shares above zero."""
    shares: tuple[Share, ...] = ()
    """Shares in place of those of the form."""


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """One member's line of the answer; None where something is not known."""

    submission: str
    user: str
    share: Decimal | None = None
    size: int | None = None
    team_mark: Decimal | None = None
    mark: Decimal | None = None
    arithmetic: str = ""
    waits: str = ""
    """Clauses about the team that wait for a person."""


def member_rows(evidence: Evidence, report: Report, sharing: Sharing, given: Given) -> tuple[MemberRow, ...]:
    """One row for each member; where shares or mark are not known, each known user id with the reason."""
    shares = given.shares or _form_shares(evidence, sharing)
    waits = _waits(report)
    name = evidence.submission.id
    why = _why_not(shares, given, sharing)
    team = None if given.awarded is None else mark_after(given.awarded, report)
    if why or team is None or given.awarded is None:
        users = [share.user or share.where for share in shares] or _listed(evidence, sharing) or [""]
        known = {share.user or share.where: share.per_cent for share in shares}
        return tuple(
            MemberRow(submission=name, user=user, share=known.get(user), team_mark=team, arithmetic=why, waits=waits)
            for user in users
        )
    before = "" if team == given.awarded else f"team: {arithmetic(given.awarded, report)}; "
    changed = "shares of the module leader; " if given.shares else ""
    size = given.size if given.size is not None else effective_size(shares)
    return tuple(
        MemberRow(
            submission=name,
            user=one.user,
            share=one.per_cent,
            size=size,
            team_mark=team,
            mark=one.mark,
            arithmetic=f"{before}{changed}{one.arithmetic}",
            waits=waits,
        )
        for one in individual_marks(team, shares, sharing, size=given.size)
    )


def given_by(marks: Sequence[Line], shares: Sequence[Line]) -> Mapping[str, Given]:
    """What the two tables give for each submission. Raises TableError over a line that says one thing twice."""
    found: dict[str, Given] = {}
    by_team: dict[str, list[Share]] = {}
    for line in shares:
        value = line.number("share")
        if value is None:
            raise TableError(f"{line.path}: share: is empty")
        share = Share(user=line.words("user").lower(), per_cent=value, where=line.path)
        team = by_team.setdefault(line.words("submission"), [])
        if any(other.user == share.user for other in team):
            raise TableError(f"{line.path}: user: {share.user} has a share already")
        team.append(share)
    for line in marks:
        name = line.words("submission")
        if name in found:
            raise TableError(f"{line.path}: submission: {name} has a mark already")
        size = line.number("size", most=LARGEST_TEAM)
        if size is not None and (size != int(size) or not size):
            raise TableError(f"{line.path}: size: expected a whole number of members, got {size}")
        found[name] = Given(
            awarded=line.number("mark"),
            size=None if size is None else int(size),
            shares=tuple(by_team.pop(name, ())),
        )
    return found | {name: Given(shares=tuple(team)) for name, team in by_team.items()}


def _form_shares(evidence: Evidence, sharing: Sharing) -> tuple[Share, ...]:
    document = evidence.document_of(sharing.role)
    return shares_of(document) if document else ()


def _listed(evidence: Evidence, sharing: Sharing) -> list[str]:
    """The user ids of the team's list."""
    document = evidence.document_of(sharing.list) if sharing.list else None
    return list(user_ids(document, "member")) if document else []


def _why_not(shares: Sequence[Share], given: Given, sharing: Sharing) -> str:
    """Why no mark can be computed yet, or nothing."""
    if not shares:
        return "the shares are not known: a person reads the form and gives them with --shares"
    total = sum((share.per_cent for share in shares), Decimal(0))
    if abs(total - WHOLE) > sharing.tolerance:
        return f"the shares add up to {percent(total)}: a person gives others with --shares"
    return "" if given.awarded is not None else "the team's mark is not given"


def _waits(report: Report) -> str:
    waiting = [review.clause for review in report.needs_review if review.rule.startswith("handin/")]
    return " ".join(dict.fromkeys(waiting))
