"""The agent starts in an environment by itself, where it is asked for, in isolated Pythons too, and never else."""

import json

import pytest

SAY = "import sys; print('validator_agent' in sys.modules)"


@pytest.fixture
def config(envs):
    """A configuration that other users can read; nobody listens at its socket."""
    path = envs / "agent.json"
    path.write_text(json.dumps({"socket": str(envs / "nobody"), "handed": str(envs)}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("flags", [[], ["-E"], ["-I"]])
def test_it_starts_where_it_is_asked_for(made, as_other, config, flags):
    said = as_other(made.interpreter, *flags, "-c", SAY, VALIDATOR_AGENT=config)
    assert (said.stdout, said.stderr) == ("True\n", "")


@pytest.mark.parametrize("flags", [[], ["-I"]])
def test_without_a_configuration_nothing_starts(made, as_other, flags):
    assert as_other(made.interpreter, *flags, "-c", SAY).stdout == "False\n"


def test_a_broken_configuration_is_silent(made, as_other):
    said = as_other(made.interpreter, "-c", "print('on')", VALIDATOR_AGENT="/nonexistent/agent.json")
    assert (said.stdout, said.stderr) == ("on\n", "")


def test_it_starts_once_where_the_path_names_it_too(made, as_other, config):
    """By the harness's `sitecustomize` as well as by the environment's own start-up file."""
    from validator.running.environments.agent_copy import AGENT

    once = "import sys; print(sum(type(f).__module__ == 'validator_agent.imports' or "
    once += "getattr(f, '__module__', '') == 'validator_agent.imports' for f in sys.meta_path))"
    said = as_other(made.interpreter, "-c", once, VALIDATOR_AGENT=config, PYTHONPATH=str(AGENT))
    assert (said.stdout, said.stderr) == ("1\n", "")


def test_a_sitecustomize_of_the_environment_is_not_displaced(made, as_other, envs):
    (envs / "sitecustomize.py").write_text("import sys\nsys.others_ran = True\n", encoding="utf-8")
    said = as_other(made.interpreter, "-c", "import sys; print(sys.others_ran)", PYTHONPATH=str(envs))
    assert said.stdout == "True\n"
