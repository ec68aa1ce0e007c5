"""Which environment the notebooks ran in, as the page says it."""

from dataclasses import replace

import pytest

from validator.evidence import Run
from validator.reporting import run_packages

RUN = Run(path="a.ipynb", role="code", outcome="finished")


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("/home/somebody/envs/a1, as asked for", "one that was named when it was marked"),
        ("the harness's own, as asked for", "the harness's own, as asked for"),
        ("made by `validate env` from the rubric's list", "made by `validate env` from the rubric's list"),
        (
            "made from the submission's work/requirements.txt laid over the list; not as written: a==1: left out",
            "made from the submission's work/requirements.txt laid over the list; not as written: a==1: left out",
        ),
        ("the harness's own: /var/cache/envs: no room", "the harness's own: (a folder): no room"),
        ("", ""),
    ],
)
def test_the_environment_is_said_without_a_place_of_the_machine(evidence, choice, said):
    evidence = replace(evidence, runs=(RUN,), environment={"run.environment.choice": choice})
    assert run_packages.sentence(evidence) == said
    assert run_packages.sentence(replace(evidence, runs=())) == ""


def test_the_page_says_it(evidence, report):
    from validator.reporting import html_report

    told = replace(evidence, environment={"run.environment.choice": "made from the <b>list"})
    page = html_report.render(report, told, {}).decode()
    assert "Environment: <bdi>made from the &lt;b&gt;list</bdi>." in page
    assert "Environment:" not in html_report.render(report, replace(evidence, environment={}), {}).decode()
