"""Metrics: arrays in, numbers out. Imports nothing of ours; `generated` and `reference` are always said by keyword.

    frechet.py         features -> statistics -> Frechet distance
    inception.py       uint8 images -> pool3 features of pytorch-fid's Inception
    neighbours.py      exact nearest neighbours of uint8 images
    copies.py          exact copies, near copies and the threshold that held-out images set
    diversity.py       duplicates among the samples; share of samples nearest to the training images
    classification.py  accuracy, cross-entropy, their uncertainty, confusion matrix

torch and FAISS are imported when a function that needs them is called.
"""

from validator.measuring.metrics.checks import MetricError
from validator.measuring.metrics.frechet import frechet_distance
from validator.measuring.metrics.inception import inception_features
from validator.measuring.metrics.neighbours import nearest_neighbours

__all__ = ["MetricError", "frechet_distance", "inception_features", "nearest_neighbours"]
