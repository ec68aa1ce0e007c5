"""The published list of CIFAR-100 test images with a twin in train."""

import numpy as np

from validator.measuring.datasets.twins import listed_twins
from validator.measuring.probes.samples_neighbours import clean_of, twins_in_words


def test_it_names_as_many_as_the_paper_counts():
    rows = listed_twins()
    assert len(rows) == 891
    assert (np.diff(rows) > 0).all()
    assert 0 <= rows.min() <= rows.max() < 10_000


def test_exact_duplicates_of_the_list_are_in_it():
    """Of the six pairs that the list gives a distance of 0."""
    assert {1100, 4716, 2996, 3932, 5564, 6526} <= set(listed_twins().tolist())


def test_official_test_images_are_left_out_by_the_list_and_by_distance():
    held_out = np.full(10_000, 0.9)
    held_out[[0, 1100]] = 0.1
    clean = clean_of(held_out, official=True)
    assert int((~clean).sum()) == 892
    assert "892 of 10,000 test images" in twins_in_words(clean, official=True)
    assert "the 891 listed by Barz and Denzler 2020" in twins_in_words(clean, official=True)


def test_look_alikes_are_left_out_by_distance_alone():
    held_out = np.full(100, 0.9)
    held_out[3] = 0.1
    assert np.flatnonzero(~clean_of(held_out, official=False)).tolist() == [3]
