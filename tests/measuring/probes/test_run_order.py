"""Which notebooks and scripts of a role are executed, where each may be, and in which order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from validator.evidence import FileEntry, Flag, Import, Layout, Source
from validator.measuring.probes import run_order
from validator.measuring.probes.run_order import order_of
from validator.measuring.probes.source import source


def ordered(*sources: Source, same: tuple[str, ...] = ()) -> tuple[tuple[str, ...], dict[str, str]]:
    """What is executed and what is left out; the files in `same` have one content."""
    paths = tuple(each.path for each in sources)
    files = tuple(
        FileEntry(path=path, bytes=1, sha256="0" if path in same else path, kind="notebook") for path in paths
    )
    found = order_of(Layout(files=files, roles={"code": paths}), sources, "code")
    return found.executed, dict(found.left_out)


def read(path: str, *imports: str, does: str = "", starts: tuple[str, ...] = ()) -> Source:
    items = tuple(Import(module=name, where="line 1") for name in imports)
    return replace(Source(path=path, role="code", imports=items, starts=starts), does=does)


@pytest.mark.parametrize(
    ("paths", "order"),
    [
        (["10_eval.ipynb", "2_train.ipynb", "01_prep.ipynb"], ["01_prep.ipynb", "2_train.ipynb", "10_eval.ipynb"]),
        (["evaluate.ipynb", "train.ipynb", "data_prep.ipynb"], ["data_prep.ipynb", "train.ipynb", "evaluate.ipynb"]),
        (["main.ipynb", "Part 2.ipynb", "part_1.ipynb"], ["part_1.ipynb", "Part 2.ipynb", "main.ipynb"]),
        (["ModelEvaluation.ipynb", "CNN.ipynb"], ["CNN.ipynb", "ModelEvaluation.ipynb"]),
        (["train_and_test.ipynb", "plots.ipynb", "rnn.ipynb"], ["rnn.ipynb", "train_and_test.ipynb", "plots.ipynb"]),
        (["b/model10.ipynb", "b/model2.ipynb", "a/x.ipynb"], ["a/x.ipynb", "b/model2.ipynb", "b/model10.ipynb"]),
        (["resnet50.ipynb", "evaluate_v2.ipynb"], ["resnet50.ipynb", "evaluate_v2.ipynb"]),
        (
            ["2023_project_train.ipynb", "2023_project_data.ipynb"],
            ["2023_project_data.ipynb", "2023_project_train.ipynb"],
        ),
    ],
)
def test_numbers_decide_then_steps_then_folders_and_names(paths: list[str], order: list[str]) -> None:
    assert ordered(*map(read, paths)) == (tuple(order), {})


def test_what_others_import_is_not_run_unless_it_trains() -> None:
    found = ordered(
        read("main.ipynb", "src.models.cnn", "helpers"),
        read("src/models/cnn.py", ".layers", does="runs"),
        read("helpers.py", does="trains"),
        read("alone.py", does="runs"),
        read("names.py"),
    )
    assert found == (
        ("alone.py", "helpers.py", "main.ipynb"),
        {"src/models/cnn.py": "imported by main.ipynb", "names.py": "it does nothing by itself"},
    )


def test_what_others_start_is_not_run_again() -> None:
    book = read("main.ipynb", starts=("scripts/train.py", "../setup.ipynb"))
    found = ordered(book, read("scripts/train.py", does="trains"), read("setup.ipynb"), read("train.py", does="trains"))
    assert found == (
        ("main.ipynb", "train.py"),
        {"scripts/train.py": "started by main.ipynb", "setup.ipynb": "started by main.ipynb"},
    )


def test_a_script_that_is_no_python_is_run_and_one_that_is_never_started_is_not() -> None:
    broken = replace(read("broken.py"), flags=(Flag(kind="syntax-error", detail="invalid syntax"),))
    found = ordered(broken, read("pkg/__init__.py", does="runs"), read("setup.py", does="runs"))
    assert found == (("broken.py",), dict.fromkeys(("pkg/__init__.py", "setup.py"), "no script that is started"))


def test_copies_and_a_notebook_as_text_are_run_once() -> None:
    found = ordered(
        read("a.ipynb"), read("copy/a.ipynb"), read("a.py", does="exported"), read("b.py", does="exported"),
        same=("a.ipynb", "copy/a.ipynb"),
    )  # fmt: skip
    assert found == (
        ("a.ipynb", "b.py"),
        {"copy/a.ipynb": "the same bytes as a.ipynb", "a.py": "a.ipynb as text"},
    )


def test_something_is_run_where_each_leaves_the_other_to_it() -> None:
    pair = read("a.py", "b", does="runs"), read("b.py", "a", does="runs")
    assert ordered(*pair) == (("a.py",), {"b.py": "imported by a.py"})
    assert ordered(read("model.py")) == (("model.py",), {})


def test_more_than_twenty_files_are_named_and_not_run() -> None:
    executed, left_out = ordered(*(read(f"{number:02d}.ipynb") for number in range(23)))
    assert (len(executed), list(left_out)) == (20, ["20.ipynb", "21.ipynb", "22.ipynb"])


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("def f():\n    return 1\nclass C:\n    pass\nX = 3\n", ""),
        ('"""Words."""\nimport torch\ntorch.manual_seed(0)\nimport sys\nsys.path.append("..")\n', ""),
        ("import torch\nDEVICE = torch.device('cpu')\nlog = make_logger()\n", ""),
        ("def main():\n    print(1)\nif __name__ == '__main__':\n    main()\n", "runs"),
        ("def f():\n    pass\nf()\n", "runs"),
        ("for epoch in range(3):\n    loss.backward()\n", "trains"),
        ("def main():\n    model.fit(x)\nif __name__ == '__main__':\n    main()\n", "trains"),
        ("history = model.fit(x, y)\n", "trains"),
        ("try:\n    run()\nfinally:\n    pass\n", "runs"),
        ("#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\nimport torch\n", "exported"),
        ('# -*- coding: utf-8 -*-\n"""main.ipynb\n\nAutomatically generated by Colab.\n"""\n', "exported"),
        ("this is no python\n", ""),
    ],
)
def test_what_a_script_does_is_read_from_its_text(tmp_path: Path, text: str, does: str) -> None:
    (tmp_path / "a.py").write_text(text)
    assert source(root=tmp_path, path="a.py", role="code").does == does


def test_commands_that_start_files_are_read(tmp_path: Path) -> None:
    import json

    cells = [
        "!python ./train.py --epochs 3; python3 -u tools/prepare.py",
        "%run utils.ipynb",
        "import subprocess\nsubprocess.run(['python', '-m', 'pkg.evaluate'])",
        "%%bash\ncd src\npython a_b.py\necho not.py",
        "print('python other.py')",
    ]
    entries = [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in cells]
    (tmp_path / "a.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": entries}))
    found = source(root=tmp_path, path="a.ipynb", role="code").starts
    assert set(found) == {"train.py", "tools/prepare.py", "utils.ipynb", "pkg/evaluate.py", "a_b.py"}


def test_the_work_grows_with_the_files_and_not_with_their_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    placed: list[str] = []
    original = run_order.place_of

    def place_of(path: str) -> Any:
        placed.append(path)
        return original(path)

    monkeypatch.setattr(run_order, "place_of", place_of)
    names = [f"m{number:03}.py" for number in range(100)]
    files = [read(name, names[0].removesuffix(".py"), does="runs", starts=(names[1],)) for name in names]
    executed, left_out = ordered(*files)
    assert len(placed) <= 3 * len(names)
    assert executed == (*names[2:22],)
    assert left_out[names[0]] == "imported by m001.py"
    assert left_out[names[1]] == "started by m000.py"


@pytest.mark.parametrize(
    "command",
    ["python " + "folder/" * 30 + "late.py", "#" + " " * 100_000 + "\npython late.py"],
    ids=["the end of an endless path", "behind a hundred thousand characters"],
)
def test_commands_that_nobody_writes_are_not_looked_through(tmp_path: Path, command: str) -> None:
    cells = [{"cell_type": "code", "source": f"%%bash\n{command}", "metadata": {}, "outputs": []}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    assert source(root=tmp_path, path="a.ipynb", role="code").starts == ()
