"""What the agent counts, for many styles of training; one process trains them all."""

from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parent / "scripts" / "training_styles.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def styles(metered_once):
    return metered_once(SCRIPT)


@pytest.fixture(scope="module")
def networks(styles):
    assert styles.code == 0, styles.stderr
    return {net.name: net for net in styles.judged("generator").networks}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("Plain#1", (43, 43, 12, 12, 12)),
        ("Fused#1", (43, 43, 12, 12, 12)),
        ("DerivedOptimiser#1", (43, 43, 12, 12, 12)),
        ("Accumulated#1", (43, 43, 12, 48, 12)),
        ("TwoOptimisers#1", (43, 43, 12, 12, 24)),
        ("Tied#1", (12, 12, 12, 12, 12)),
        ("FrozenBody#1", (43, 18, 12, 12, 12)),
        ("LineSearched#1", (43, 43, 48, 48, 12)),
        ("Generator#1", (12, 12, 12, 12, 12)),
        ("Discriminator#1", (5, 5, 60, 60, 60)),
        ("Linear#1", (43, 43, 12, 12, 12)),
        ("raw#1", (12, 12, 12, 12, 12)),
        ("Compiled#1", (43, 43, 12, 12, 12)),
        ("Lazy#1", (43, 43, 12, 12, 12)),
        ("Scaled#1", (43, 43, 9, 12, 9)),
        ("Checkpointed#1", (43, 43, 12, 12, 12)),
        ("WholeStepCompiled#1", (43, 43, 12, 12, 12)),
        ("Trial#3", (43, 43, 7, 7, 7)),
        ("Waves#1", (24, 24, 12, 12, 12)),
        ("StepRaised#1", (43, 43, 12, 12, 12)),
        ("ByHand#1", (43, 43, 30, 30, 0)),
        ("Stateless#1", (43, 43, 12, 12, 0)),
    ],
)
def test_each_style_has_its_own_numbers(networks, name, counts):
    """Counts are parameters, trainable ones, steps, gradient computations, optimiser calls."""
    net = networks[name]
    assert counts == (net.parameters, net.trainable, net.steps, net.gradient_computations, net.optimiser_calls)


def test_a_copy_that_is_trained_on_continues_and_the_same_start_does_not(styles):
    continues = {record["name"]: record["continues"] for record in styles.of_kind("net")}
    assert continues["Continued#2"] == "Continued#1"
    assert continues["Repeated#2"] is None


def test_updates_without_an_optimiser_are_counted_like_any(styles):
    judged = styles.judged("generator")
    assert judged.readings["generator.steps"].value == 60
    assert not [flag for flag in judged.flags if flag.kind == "updates-outside-optimiser"]


def test_trials_one_after_the_other_are_told_from_the_training_that_counts(networks):
    assert [networks[f"Trial#{number}"].counted for number in (1, 2, 3)] == [False, False, True]


def test_a_network_that_gradients_only_pass_through_is_not_counted(networks):
    assert not networks["NeverChanged#1"].counted


def test_page_and_hooks_agree_after_an_ordinary_end(styles):
    assert styles.judged("generator").agreement
    assert styles.judged("generator").complete


def test_the_compiler_sees_one_whole_graph_and_the_student_no_warning(styles):
    assert "graphs 1 breaks 0" in styles.stdout
    assert styles.stderr == ""


def test_losses_are_sampled_with_their_steps_and_unscaled(styles):
    points = [point for point in styles.judged("generator").curve if point.network == "Scaled#1"]
    assert [point.step for point in points] == list(range(points[0].step, 10))
    assert points[0].step <= 2
    assert all(point.loss < 5 for point in points)


def test_what_each_network_was_trained_with_is_told(networks):
    plain, two = networks["Plain#1"].regime, networks["TwoOptimisers#1"].regime
    (only,) = plain.optimisers
    assert (only.name, only.calls, only.groups, only.first_rate, only.last_rate) == ("SGD", 12, 1, 0.1, 0.1)
    assert (only.rate_changes, only.settings["momentum"]) == (0, 0.0)
    assert [one.name for one in two.optimisers] == ["SGD", "Adam"]
    assert plain.calls == 12
    assert plain.images % 12 == 0
    assert networks["ByHand#1"].regime.optimisers == ()


def test_the_shapes_of_a_network_are_counted(networks):
    assert sum(networks["Plain#1"].shapes.values()) == 4
    assert sum(_size(shape) * count for shape, count in networks["Plain#1"].shapes.items()) == 43


def _size(shape):
    size = 1
    for side in shape.split("x"):
        size *= int(side)
    return size
