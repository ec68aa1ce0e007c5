"""What a rubric may say of the environment of notebooks, and how a mistake is told."""

import pytest

from validator.marking import load_rubric
from validator.marking.rubric import RubricError

HEAD = 'schema = 1\nid = "x"\ntitle = "X"\namends = "comp3547-2024"\n[plan.environment]\n'


def loaded(tmp_path, text):
    path = tmp_path / "x.toml"
    path.write_text(HEAD + text)
    return load_rubric(path).plan.environment


def test_the_shipped_rubric_names_what_the_starter_code_and_students_use():
    named = {"torch", "torchvision", "jax", "flax", "optax", "numpy", "scipy<1.18", "matplotlib", "tqdm", "ipywidgets"}
    named |= {"clean-fid", "torch-fidelity", "pytorch-fid", "torchmetrics", "einops", "scikit-learn", "seaborn"}
    named |= {"optuna", "lpips", "pandas", "pillow", "lightning", "accelerate", "safetensors", "equinox", "dm-haiku"}
    assert set(load_rubric("comp3547-2024").plan.environment.packages) == named
    assert load_rubric("comp3547-2024").plan.environment.requirements == "never"


@pytest.mark.parametrize("package", ["a", "a-b.c_d", "a[x,y]>=1", "a >= 1.0, < 2", "a==1.*", "a==1+cu1", "A1"])
def test_packages_are_names_extras_and_versions(tmp_path, package):
    assert loaded(tmp_path, f'packages = ["{package}"]\nrequirements = "submission"').packages == (package,)


@pytest.mark.parametrize(
    "package", ["", "-r x", "--pre", "a @ https://x", "./a", "a/b", "git+https://x", "a b", "a==", "a>=1,", "a\\n-e ."]
)
def test_anything_else_is_refused_with_its_place(tmp_path, package):
    with pytest.raises(RubricError, match=r"x\.toml: plan\.environment\.packages\[1\]: expected a package"):
        loaded(tmp_path, f'packages = ["{package}"]')


def test_an_unknown_policy_is_refused(tmp_path):
    with pytest.raises(RubricError, match=r"plan\.environment"):
        loaded(tmp_path, 'requirements = "always"')
