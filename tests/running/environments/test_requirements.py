"""A stranger's requirements.txt: names and versions are taken, every other line is refused with one message."""

import codecs

import pytest

from validator.measuring.probes.requirement_lines import LINES, PACKAGES, laid_over, once_each, parsed
from validator.running.environments import reading

TAKEN = [
    ("numpy", "numpy"),
    ("numpy==2.0.1", "numpy==2.0.1"),
    ("  torch >= 2.1 , < 3  # the GPU build", "torch<3,>=2.1"),
    ("jax[cpu]~=0.4.30", "jax[cpu]~=0.4.30"),
    ("torch==2.1.0+cu118", "torch==2.1.0+cu118"),
    ('pywin32==306; sys_platform == "win32"', 'pywin32==306; sys_platform == "win32"'),
    ("scikit_learn", "scikit_learn"),
    ("numpy (>=1.0)", "numpy>=1.0"),
    ("numpy \\\n >=1.0", "numpy>=1.0"),
]

REFUSED = [
    ("https://example.invalid/evil.whl", "an address"),
    ("http://example.invalid/evil-1.0.tar.gz#egg=evil", "an address"),
    ("evil @ https://example.invalid/evil.whl", "an address"),
    ("evil@https://example.invalid/evil.whl", "an address"),
    ("evil @ file:///etc", "an address"),
    ("evil[a] @ git+ssh://git@example.invalid/evil", "an address"),
    ("git+https://example.invalid/evil.git", "an address"),
    ("hg+http://example.invalid/evil", "an address"),
    ("-r other.txt", "names another file"),
    ("-rother.txt", "an option line"),
    ("--requirement=other.txt", "names another file"),
    ("-c constraints.txt", "names another file"),
    ("-e .", "installs from a folder"),
    ("--editable ../evil", "installs from a folder"),
    ("--index-url https://example.invalid/simple", "chooses an index"),
    ("-i https://example.invalid/simple", "chooses an index"),
    ("--extra-index-url=https://example.invalid/simple", "chooses an index"),
    ("--find-links /tmp", "chooses an index"),
    ("-f https://example.invalid", "chooses an index"),
    ("--trusted-host example.invalid", "chooses an index"),
    ("--no-binary :all:", "an option line"),
    ("--pre", "an option line"),
    ("--config-settings=x", "an option line"),
    (".", "a path"),
    ("./evil", "a path"),
    ("../evil-1.0-py3-none-any.whl", "a path"),
    ("/etc/passwd", "a path"),
    ("~/evil", "a path"),
    ("evil/", "a path"),
    ("evil-1.0-py3-none-any.whl", "a path"),
    ("evil.tar.gz", "a path"),
    ("C:\\evil", "a path"),
    ("folder\\evil", "a path"),
    ("\\\\server\\share\\evil.whl", "a path"),
    ("numpy --hash=sha256:0000", "an option after the requirement"),
    ("numpy \\\n --hash=sha256:0000", "an option after the requirement"),
    ("numpy --global-option=x", "an option after the requirement"),
    ("numpy==${VERSION}", "a variable"),
    ("$(touch x)", "no name and version"),
    ("numpy==", "no name and version"),
    ("numpy 1.0", "no name and version"),
    ("import numpy", "no name and version"),
    ("numpy; python_version", "no name and version"),
    ("numpy\x00==1", "no name and version"),
    ("<html>", "no name and version"),
    ("пакет", "no name and version"),
    ("a" * 101, "a name longer than 100 characters"),
    ("a" * 60_000, "a name longer than 100 characters"),
    ("a==" + "1." * 30_000 + "1", "longer than 500 characters"),
    ("a[" + ",".join(f"b{number}" for number in range(2000)) + "]", "longer than 500 characters"),
]


@pytest.mark.parametrize(("line", "expected"), TAKEN)
def test_names_extras_versions_and_markers_are_taken(line, expected):
    found = parsed(line.encode())
    assert (found.packages, found.refused) == ((expected,), ())


@pytest.mark.parametrize(("line", "rule"), REFUSED)
def test_every_other_line_is_refused_by_rule(line, rule):
    found = parsed(f"# mine\n\n{line}\n".encode())
    assert found.packages == ()
    assert [(refusal.line, refusal.rule) for refusal in found.refused] == [(3, rule)]
    assert found.refused[0].message.startswith("requirements.txt line 3: ")
    assert found.refused[0].fix
    assert found.refused[0].message.isprintable()
    assert len(found.refused[0].message) < 250


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("numpy @ file:///croot/numpy_and_numpy_base_1/work", "numpy"),
        ("jax[cpu] @ file:///C:/b/abs/jax", "jax[cpu]"),
        ("Torch@file:///x.whl ; python_version < '4'", "Torch"),
        ("numpy==2.0 --hash=sha256:00 --hash=sha256:01", "numpy==2.0"),
        ("numpy==2.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01", "numpy==2.0"),
        ("clip @ git+https://example.invalid/clip", ""),
        ("evil @ https://example.invalid/evil.whl", ""),
        ("evil@file:///x --index-url http://example.invalid", ""),
        ("a" * 101 + " @ file:///x", ""),
        ("./evil @ file:///x", ""),
        ("numpy --global-option=x", ""),
        ("-e file:///x#egg=evil", ""),
        ("file:///x", ""),
    ],
)
def test_a_copy_on_the_writers_machine_is_its_name_and_a_hash_is_nothing(line, instead):
    found = parsed(line.encode())
    assert [refusal.instead for refusal in found.refused] == [instead]
    assert found.named == ((instead,) if instead else ())
    assert found.packages == ()


def test_of_two_lines_about_one_package_the_last_counts():
    other = 'numpy==1; sys_platform == "win32"'
    assert once_each(("numpy==1", "torch", "NumPy>=2", other)) == ("NumPy>=2", "torch", other)


def test_a_refused_line_does_not_hide_the_others():
    found = parsed(b"numpy\n-r other.txt\ntorch\n.\n")
    assert found.packages == ("numpy", "torch")
    assert [refusal.line for refusal in found.refused] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_editors_and_powershell_write_them_are_read(encoding):
    assert parsed("numpy==2.0.1\r\n".encode(encoding)).packages == ("numpy==2.0.1",)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"a" * 70_000, "larger than 64 KiB"),
        (b"\n" * (LINES + 1), f"more than {LINES} lines"),
        (b"numpy\n" * (PACKAGES + 1), f"more than {PACKAGES} packages"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"caf\xe9", "not UTF-8 text"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(content, rule):
    found = parsed(content)
    assert found.packages == ()
    assert [(refusal.line, refusal.rule) for refusal in found.refused] == [(0, rule)]


def test_the_process_that_reads_it_says_the_same():
    content = b"numpy>=1\n-e .\n"
    assert reading.read_boxed(content) == parsed(content)


def test_a_reader_that_dies_is_a_refusal(monkeypatch):
    monkeypatch.setattr(reading, "LIMITS", reading.sandbox.Limits(wall_seconds=0.01))
    found = reading.read_boxed(b"numpy\n")
    assert found.packages == ()
    assert [refusal.rule for refusal in found.refused] == ["no list that could be read"]


def test_a_submissions_line_replaces_the_rubrics_line_of_that_name():
    rubric = ("scipy<1.18", "torch", "scikit-learn")
    assert laid_over(rubric, ("Scikit_Learn==1.5", "einops")) == ("scipy<1.18", "torch", "Scikit_Learn==1.5", "einops")
