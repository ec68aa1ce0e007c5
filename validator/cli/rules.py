"""`validate rules`: every rule, its page and what it needs. Prints what the rule modules say; knows nothing itself."""

from __future__ import annotations

import json

import click

from validator.cli import exits, table
from validator.marking.readings import READINGS
from validator.marking.rules import Rule, all_rules, find_rule
from validator.plain import to_plain
from validator.reporting import rules_page


@click.command("rules")
@click.argument("rule_id", metavar="[RULE]", required=False)
@click.option(
    "--readings", "show_readings", is_flag=True, help="List the names of readings that rules and rubrics use."
)
@click.option("--all", "every", is_flag=True, help="Print every rule's page, as Markdown; docs/rules.md is this.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, rule_id: str | None, show_readings: bool, every: bool, as_json: bool) -> None:
    """List the rules, or print the page of one: what it checks, why it matters, its evidence, how to fix a fail."""
    if show_readings:
        _print_readings(as_json=as_json)
    elif every and not as_json:
        click.echo(rules_page.render(all_rules()), nl=False)
    elif rule_id:
        _print_page(_rule(rule_id), as_json=as_json)
    else:
        _print_rules(all_rules(), as_json=as_json)


def _rule(rule_id: str) -> Rule:
    try:
        return find_rule(rule_id)
    except LookupError as error:
        raise exits.UsageProblem(str(error.args[0])) from error


def _print_rules(rules: tuple[Rule, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_plain(rule) for rule in rules], indent=1))
        return
    table.echo(("rule", "what fails it"), [(rule.id, rule.title) for rule in rules])
    click.echo("\n`validate rules RULE` prints a rule's page, --all every page, --readings the numbers they use.")


def _print_page(rule: Rule, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(rule), indent=1))
        return
    click.echo(f"{rule.id}\n\n{rule.page}\n")
    rows = [("limits", rules_page.limits_text(rule.limits))]
    rows += [("may also take", rules_page.limits_text(rule.optional))]
    rows += [("readings", ", ".join(rule.readings) or "none"), ("excess in", rule.unit or "not counted")]
    table.echo(("declares", ""), rows)


def _print_readings(*, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([to_plain(known) for known in READINGS], indent=1))
        return
    table.echo(("reading", "unit", "meaning"), [(known.name, known.unit, known.meaning) for known in READINGS])


def _plain(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "page": rule.page,
        "limits": sorted(rule.limits),
        "optional": sorted(rule.optional),
        "readings": list(rule.readings),
        "unit": rule.unit,
    }
