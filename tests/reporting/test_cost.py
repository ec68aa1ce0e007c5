"""What a finding costs is said with its cap, its ruling and what it waits for."""

from decimal import Decimal

import pytest

from validator.marking.finding import Finding
from validator.marking.price import REFERRED, price_of
from validator.marking.report import Ruling
from validator.marking.rubric import Clause, Penalty
from validator.reporting import cost


def ruling(decision):
    return Ruling(clause="x", decision=decision, marks=None, by="A. Person", why="seen", when="2025-02-01")


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("-25", {}),
        ("-25 proposed", {"kind": "proposed"}),
        ("-25 (ruled)", {"kind": "proposed", "ruling": ruling("confirm")}),
        ("0 (dismissed)", {"marks": Decimal(0), "ruling": ruling("dismiss")}),
        ("cap 40", {"marks": Decimal(0), "cap": Decimal(40)}),
        ("cap 0 proposed", {"marks": Decimal(0), "cap": Decimal(0), "kind": "proposed"}),
        ("waits", {"verdict": "unknown", "marks": Decimal(0)}),
        ("waits", {"marks": Decimal(0), "price": REFERRED}),
        ("0", {"marks": Decimal(0)}),
        ("", {"verdict": "pass", "marks": Decimal(0)}),
    ],
)
def test_a_cost_is_said_in_a_few_words(make_finding, said, changes):
    assert cost.text(make_finding(**changes)) == said


def test_a_referred_clause_is_known_by_the_words_that_marking_gives_it(make_finding):
    clause = Clause(id="x", rule="a/b", cites="", says="", penalty=Penalty(shape="refer"))
    price = price_of(Finding(verdict="fail", message="x"), clause)

    assert cost.is_referred(make_finding(marks=price.marks, price=price.words))
