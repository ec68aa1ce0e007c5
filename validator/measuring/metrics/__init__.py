"""Metrics: arrays in, numbers out. Imports nothing of ours; `generated` and `reference` are always said by keyword.

    frechet.py         features -> statistics -> Frechet distance
    frechet_error.py   its standard error over draws of the generated features
    kernel.py          features -> kernel distance (KID) and its standard error
    inception.py       uint8 images -> pool3 features of pytorch-fid's Inception
    inception_clean.py the same by clean-fid's resize
    neighbours.py      exact nearest neighbours of uint8 images: FAISS proposes, whole numbers decide
    screen.py          lower bounds of their distances in few dimensions, which FAISS searches
    exhaustive.py      the same by comparing all with all
    integer_distances.py  exact squared distances of rows of bytes
    faiss_search.py    FAISS, once it has been seen to work in another process
    feature_neighbours.py  nearest neighbours of features by direction
    nearest_share.py   share of samples nearest to the training images, and what relabelling gives
    copies.py          exact copies, near copies and the threshold that held-out images set
    diversity.py       duplicates among the samples
    pairs.py           near duplicates within a batch, against batches of held-out images
    vendi.py           effective number of different images in a batch, against the same
    distances.py       distances between many features, a block at a time
    coverage.py        share of real images with a sample in their neighbourhood, and what real images cover
    probe.py           linear probe: which class an image looks like
    histogram.py       counts of classes against those of held-out images
    bins.py            number of statistically different bins
    thumbnails.py      images without fine detail, for pairs and bins
    sharpness.py       Laplacian variance, top octave, probability of being blurrier
    strips.py          interpolation strips among images that were shown
    interpolation.py   whether a strip is an alpha blend of its endpoints
    classification.py  accuracy, cross-entropy, their uncertainty, confusion matrix
    calibration.py     whether a classifier is right as often as it says, and what chance alone would show
    spread.py          over what a quoted standard deviation of an accuracy was taken
    signatures.py      recognises images that were rescaled, framed or resized

torch and FAISS are imported when a function that needs them is called.
"""

from validator.measuring.metrics.checks import MetricError
from validator.measuring.metrics.frechet import frechet_distance
from validator.measuring.metrics.frechet_error import frechet_estimate
from validator.measuring.metrics.inception import inception_features
from validator.measuring.metrics.inception_clean import clean_inception_features
from validator.measuring.metrics.kernel import kernel_distance
from validator.measuring.metrics.neighbours import nearest_neighbours

__all__ = [
    "MetricError",
    "clean_inception_features",
    "frechet_distance",
    "frechet_estimate",
    "inception_features",
    "kernel_distance",
    "nearest_neighbours",
]
