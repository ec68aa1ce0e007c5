"""Which trainings belong together: trials, copies trained on, ranks, children, one model under many identities."""

from tests.measuring.meter.told import PID, hello, judged, kinds, looked, roles, trained, values

FIRST = trained(1, "Net#1", began=1, ended=40, updates=30, signature="a")
SECOND = trained(2, "Net#2", began=50, ended=90, updates=20, signature="a")
CHILD = 8


def test_of_repeated_trainings_the_last_counts_and_all_are_named():
    found = judged(FIRST, SECOND)
    assert values(found)["steps"] == 20
    assert kinds(found) == ["several-trainings"]
    assert "Net#1 100 parameters, 30 steps" in found.flags[0].detail
    assert roles(found) == {"Net#1": "trial", "Net#2": "model"}


def test_of_repeated_trainings_the_one_that_judged_at_the_end_counts():
    found = judged(FIRST, SECOND, looked("Net@1", 1, 10_000), looked("Net@2", 2, 1_000))
    assert values(found)["steps"] == 30


def test_folds_that_each_judged_about_as_many_images_leave_it_at_the_last():
    found = judged(FIRST, SECOND, looked("Net@1", 1, 10_000), looked("Net@2", 2, 9_950))
    assert values(found)["steps"] == 20


def test_the_critic_of_the_training_that_was_used_counts_with_it():
    found = judged(
        trained(1, "G#1", began=1, ended=40, updates=30, signature="g"),
        trained(2, "D#1", began=1, ended=40, updates=31, signature="d"),
        trained(3, "G#2", began=50, ended=90, updates=20, signature="g"),
        trained(4, "D#2", began=50, ended=90, updates=21, signature="d"),
        looked("G@1", 1, 10_000),
        role="generator",
    )
    assert values(found)["steps"] == 31
    assert [network.name for network in found.networks if network.counted] == ["G#1", "D#1"]


def test_networks_of_one_design_that_are_trained_at_once_all_count():
    found = judged(
        trained(1, "Net#1", began=1, ended=90, updates=30, signature="a"),
        trained(2, "Net#2", began=2, ended=91, updates=30, signature="a"),
        role="generator",
    )
    assert values(found)["parameters"] == 200


def test_a_continued_training_adds_its_steps_and_no_parameters():
    found = judged(FIRST, trained(2, "Net#2", began=50, ended=90, updates=20, signature="a", continues="Net#1"))
    assert (values(found)["steps"], values(found)["parameters"]) == (50, 100)
    assert roles(found) == {"Net#1": "earlier", "Net#2": "model"}
    assert kinds(found) == []


def test_networks_that_say_they_continue_each_other_do_not_hang():
    found = judged(
        trained(1, "Net#1", began=1, ended=40, updates=30, signature="a", continues="Net#2"),
        trained(2, "Net#2", began=50, ended=90, updates=20, signature="a", continues="Net#1"),
    )
    assert values(found)["steps"] == 50


def test_a_model_copied_at_each_step_is_one_training():
    nets = [
        trained(number, f"Net#{number}", began=number, ended=number + 1, updates=1, signature="a")
        for number in range(1, 41)
    ]
    found = judged(*nets)
    assert (values(found)["steps"], values(found)["parameters"]) == (40, 100)
    assert kinds(found) == ["identity-churn"]


def rank(pid, **more):
    return trained(1, "Net#1", began=1, ended=90, updates=30, signature="a", peer=pid, **more)


def test_ranks_of_one_training_count_once():
    found = judged(rank(PID, digest="16:abc"), hello(CHILD), rank(CHILD, digest="16:abc"))
    assert (values(found)["steps"], values(found)["parameters"]) == (30, 100)
    assert kinds(found) == []
    assert "2 processes trained one model together" in found.notes[0]


def test_two_processes_with_different_values_are_two_trainings():
    found = judged(rank(PID, digest="16:abc"), hello(CHILD), rank(CHILD, digest="16:def"))
    assert values(found)["steps"] == 30
    assert kinds(found) == ["several-trainings"]


def test_values_after_different_updates_say_nothing_of_each_other():
    found = judged(rank(PID, digest="16:abc"), hello(CHILD), rank(CHILD, digest="8:def"))
    assert kinds(found) != ["several-trainings"]
    (other,) = [network for network in found.networks if not network.counted]
    assert other.role == "trial"


def test_two_processes_whose_values_nobody_compared_are_left_to_a_person():
    found = judged(rank(PID), hello(CHILD), rank(CHILD))
    assert values(found)["steps"] == 30
    (other,) = [network for network in found.networks if not network.counted]
    assert (other.role, other.steps) == ("trial", 30)


def test_a_network_trained_in_a_child_and_used_in_the_parent_is_the_childs():
    found = judged(
        trained(1, "Probe#1", began=1, ended=5, updates=3, elements=5),
        hello(CHILD),
        trained(1, "Net#1", began=1, ended=90, updates=30, peer=CHILD, **{"class": ["__mp_main__.Net"]}),
        looked("Net@1", None, 10_000),
    )
    assert (values(found)["steps"], values(found)["parameters"]) == (30, 100)
    assert "judged-untrained" not in kinds(found)
