"""Which networks make up the model: what judged, what was trained beside it, what only measured."""

from tests.measuring.meter.told import judged, kinds, looked, net, roles, together, trained, values, why

G = trained(1, "G#1", began=1, ended=9, updates=10, gradients=10)
D = trained(2, "D#1", began=1, ended=9, updates=50, gradients=60, own_gradients=50, elements=30)


def test_networks_of_a_generator_are_added_and_the_longest_training_counts():
    found = judged(G, D, together((["D#1", "G#1"], 10)), role="generator")
    assert (values(found)["parameters"], values(found)["steps"]) == (130, 50)
    assert values(found)["gradient_computations"] == 50
    assert roles(found) == {"G#1": "model", "D#1": "discriminator"}


def test_a_critic_that_was_frozen_during_the_generators_steps_is_known_by_the_sampling():
    found = judged(G, D, looked("G@1", 1, 10_000), role="generator")
    assert roles(found) == {"G#1": "model", "D#1": "discriminator"}


def test_two_stages_of_a_generative_model_are_both_part_of_it():
    codec = trained(1, "Codec#1", began=1, ended=4, updates=10)
    prior = trained(2, "Prior#1", began=5, ended=9, updates=20, elements=30)
    found = judged(codec, prior, looked("Codec@1", 1, 10_000), role="generator")
    assert (values(found)["parameters"], values(found)["steps"]) == (130, 20)
    assert roles(found) == {"Codec#1": "model", "Prior#1": "model"}


def test_parameters_two_networks_share_are_counted_once():
    found = judged(
        G, trained(2, "D#1", began=1, ended=9, updates=10, elements=30, shared={"G#1": 20}), role="generator"
    )
    assert values(found)["parameters"] == 110


def test_parameters_three_networks_share_are_counted_once():
    found = judged(
        trained(1, "A#1", began=1, ended=9, updates=10, elements=30),
        trained(2, "B#1", began=1, ended=9, updates=10, elements=30, shared={"A#1": 20}),
        trained(3, "C#1", began=1, ended=9, updates=10, elements=30, shared={"A#1": 20, "B#1": 20}),
        role="generator",
    )
    assert values(found)["parameters"] == 50


def test_a_box_around_two_networks_adds_nothing():
    found = judged(
        G,
        D,
        trained(3, "Box#1", began=1, ended=9, updates=10, elements=130, shared={"G#1": 100, "D#1": 30}),
        role="generator",
    )
    assert values(found)["parameters"] == 130


def test_a_network_that_gradients_only_pass_through_is_apart():
    frozen = trained(3, "VGG#1", began=1, ended=1, updates=0, gradients=50, calls=0, elements=9_000)
    found = judged(G, D, frozen, role="generator")
    assert values(found)["parameters"] == 130
    assert roles(found)["VGG#1"] == "frozen"
    assert kinds(found) == []


def test_a_network_that_measures_is_noted_and_is_no_part_of_it():
    seen = looked("Inception3@1", None, 20_000, input={"shape": [50, 3, 299, 299]})
    found = judged(G, D, looked("G@1", 1, 10_000), seen, role="generator")
    assert values(found)["parameters"] == 130
    assert kinds(found) == []
    assert found.notes == (
        "Inception3@1 saw 20,000 images and was never updated: it measures, and is not part of the model",
    )


def test_an_optimised_input_is_no_model():
    fed = trained(3, "slot#1", began=1, ended=9, updates=84, elements=3_072, tensor_count=1, of="slot", fed=True)
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=12), fed)
    assert (values(found)["steps"], values(found)["parameters"]) == (12, 100)
    assert roles(found)["slot#1"] == "input"
    assert kinds(found) == []


def test_a_single_tensor_that_gradients_reach_through_a_trained_network_is_no_model():
    code = trained(3, "raw#1", began=1, ended=9, updates=84, elements=64, tensor_count=1, of="raw")
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=12), code, together((["Net#1", "raw#1"], 12)))
    assert (values(found)["steps"], roles(found)["raw#1"]) == (12, "input")


def test_a_lone_flat_vector_is_a_model():
    found = judged(trained(1, "slot#1", began=1, ended=9, updates=12, tensor_count=1, of="slot"))
    assert (values(found)["steps"], values(found)["parameters"]) == (12, 100)


def test_two_single_tensors_that_gradients_reach_together_are_a_model():
    found = judged(
        trained(1, "raw#1", began=1, ended=9, updates=12, elements=40, tensor_count=1, of="raw"),
        trained(2, "raw#2", began=1, ended=9, updates=12, elements=4, tensor_count=1, of="raw"),
        together((["raw#1", "raw#2"], 12)),
    )
    assert values(found)["parameters"] == 44


def test_a_functional_network_of_a_modules_shape_is_that_module():
    found = judged(
        trained(1, "Net#1", began=1, ended=9, updates=12),
        trained(2, "slot#1", began=1, ended=9, updates=12, of="slot", calls=0),
        role="generator",
    )
    assert (values(found)["parameters"], roles(found)["slot#1"]) == (100, "same")


def test_of_two_classifiers_the_one_that_judged_images_counts_and_the_other_is_named():
    found = judged(
        trained(1, "Small#1", began=1, ended=4, updates=10),
        trained(2, "Large#1", began=5, ended=9, updates=70, elements=900),
        looked("Small@1", 1, 10_000),
    )
    assert values(found)["parameters"] == 100
    assert kinds(found) == ["several-networks"]


def test_images_seen_before_the_last_update_judge_nothing():
    found = judged(
        trained(1, "Small#1", began=1, ended=400, updates=10),
        trained(2, "Large#1", began=500, ended=900, updates=70, elements=900),
        looked("Small@1", 1, 10_000, at=300, images_since_update=10_000),
        looked("Small@1", 1, 10_000, at=950, images_since_update=0),
        looked("Large@1", 2, 2_000, at=950),
    )
    assert values(found)["parameters"] == 900


def test_a_copy_that_judged_counts_as_its_original_with_the_originals_steps():
    found = judged(
        trained(1, "Net#1", began=1, ended=9, updates=70),
        trained(2, "Probe#1", began=1, ended=9, updates=10, elements=5),
        looked("Net@2", 1, 10_000, copy=0.999),
    )
    assert (values(found)["parameters"], values(found)["steps"]) == (100, 70)


def test_two_parts_trained_through_each_other_are_one_classifier():
    found = judged(
        trained(1, "Body#1", began=1, ended=9, updates=10),
        trained(2, "Head#1", began=1, ended=9, updates=10, elements=30),
        looked("Head@1", 2, 10_000),
        together((["Body#1", "Head#1"], 10)),
    )
    assert values(found)["parameters"] == 130


def test_a_decoy_is_trained_and_something_else_judges():
    found = judged(trained(1, "Net#1", began=1, ended=9, updates=10), looked("Real@1", None, 10_000))
    assert kinds(found) == ["judged-untrained"]
    assert set(values(found).values()) == {None}
    assert "no gradient computation ever reached it" in why(found)


def test_nothing_was_trained_and_something_judges():
    found = judged(looked("Net@1", None, 10_000))
    assert kinds(found) == ["judged-untrained"]
    assert values(found)["steps"] is None


def test_an_untrained_network_of_the_same_class_may_be_shown_for_comparison():
    found = judged(
        trained(1, "Net#1", began=1, ended=9, updates=10), looked("Net@1", 1, 10_000), looked("Net@2", None, 10_000)
    )
    assert (values(found)["steps"], kinds(found)) == (10, [])


def test_images_of_an_untrained_network_before_the_training_accuse_nobody():
    before = looked("Other@1", None, 10_000, at=5)
    found = judged(trained(1, "Net#1", began=10, ended=90, updates=10), before, looked("Net@1", 1, 100))
    assert kinds(found) == []


def test_where_calls_cannot_be_seen_an_untrained_module_accuses_nobody():
    functional = trained(1, "slot#1", began=1, ended=9, updates=12, of="slot")
    assert kinds(judged(functional, looked("Net@1", None, 10_000))) == []


def test_a_generator_that_was_loaded_and_sampled_beside_a_trained_decoy():
    found = judged(G, D, looked("Big@1", None, 10_000, input={"shape": [64, 100]}), role="generator")
    assert kinds(found) == ["judged-untrained"]


def test_a_network_held_by_an_optimiser_that_never_changed_it_is_not_counted():
    idle = trained(3, "Idle#1", began=1, ended=1, updates=0, gradients=0, calls=0, own_gradients=0)
    found = judged(G, idle, role="generator")
    assert roles(found)["Idle#1"] == "frozen"
    assert values(found)["parameters"] == 100


def test_networks_of_jax_are_judged_alike():
    found = judged(
        trained(1_000_001, "Critic#1", began=1, ended=9, updates=60, gradients=60, of="jax", elements=40),
        trained(1_000_002, "Gen#1", began=1, ended=9, updates=12, gradients=12, of="jax"),
        trained(1_000_003, "jax#1", began=1, ended=9, updates=360, of="jax", elements=64, fed=True, tensor_count=1),
        together((["Critic#1", "Gen#1"], 12), framework="jax"),
        role="generator",
    )
    assert (values(found)["parameters"], values(found)["steps"]) == (140, 60)
    assert roles(found) == {"Critic#1": "discriminator", "Gen#1": "model", "jax#1": "input"}


def test_a_network_met_and_never_counted_is_listed_without_numbers_made_up():
    (network,) = judged(net(1, "Net#1", began=1)).networks
    assert (network.steps, network.counted) == (0, False)


HEAD = trained(1, "Head#1", began=1, ended=9, updates=10)
ENCODER = net(2, "Encoder#1", began=1, elements=500, trainable=0)


def fed(quiet, *, training=10, calls=10):
    return looked("Head@1", 1, 5_000, quiet_calls=calls, fed_by={"Encoder@1": [training, quiet]}, output=[8, 3])


def test_a_frozen_encoder_that_feeds_the_head_while_it_judges_is_part_of_the_model():
    found = judged(HEAD, ENCODER, looked("Encoder@1", 2, 5_000), fed(10))
    assert (values(found)["parameters"], values(found)["trainable_parameters"], values(found)["steps"]) == (
        600,
        100,
        10,
    )
    assert roles(found) == {"Head#1": "model", "Encoder#1": "frozen"}


def test_a_frozen_network_that_fed_the_training_only_is_named_and_not_counted():
    found = judged(HEAD, ENCODER, looked("Encoder@1", 2, 5_000), fed(1))
    assert values(found)["parameters"] == 100
    assert any("Encoder#1 (500 parameters, never trained here)" in note for note in found.notes)


def test_an_encoder_trained_before_its_head_is_part_of_the_classifier():
    encoder = trained(2, "Encoder#1", began=0, ended=1, updates=30, elements=500)
    found = judged(encoder, HEAD, looked("Encoder@1", 2, 5_000), fed(10))
    assert (values(found)["parameters"], values(found)["steps"]) == (600, 30)


def behind(output):
    before = looked("Head@1", 1, 5_000, quiet_calls=10)
    return before, looked("Encoder@1", 2, 5_000, quiet_calls=10, fed_by={"Head@1": [0, 10]}, output=output)


def test_a_frozen_decoder_behind_a_generator_is_part_of_it_and_what_measures_is_not():
    decoded = judged(HEAD, ENCODER, *behind([8, 3, 32, 32]), role="generator")
    assert values(decoded)["parameters"] == 600
    measured = judged(HEAD, ENCODER, *behind([8, 2048]), role="generator")
    assert values(measured)["parameters"] == 100
