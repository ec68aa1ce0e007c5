"""What a kind of flag is called on a page, where it has a name; other kinds are printed as they are."""

from __future__ import annotations

from collections.abc import Mapping

FLAG_WORDS: Mapping[str, str] = {
    "clipped-range": "Values were cut off",
    "counts-disagree": "The witnesses differ",
    "data-dependence-unknown": "Not known whether sampling needs the data",
    "depends-on-data": "Samples depend on the data",
    "duplicates-inside": "Samples repeat each other",
    "evaluated-before-last-update": "Evaluated before the last update",
    "evaluated-elsewhere": "Evaluated elsewhere",
    "evaluated-in-train-mode": "Evaluated in train mode",
    "evaluated-without-test-images": "Evaluated without test images",
    "evaluation-seen-in-part": "Evaluation seen in part",
    "evaluation-unrecognised": "Evaluation not recognised",
    "evaluations-disagree": "The two evaluations disagree",
    "exact-copies": "Copies of training images",
    "feature-near-copies": "Near copies in features",
    "interpolation-constant": "Interpolations without a way",
    "interpolation-endpoints-unlike-samples": "Interpolations between other images than samples",
    "interpolation-jumps": "Interpolations that jump",
    "interpolation-of-training-images": "Interpolations between training images",
    "interpolations": "Interpolations found",
    "measurement-broke-off": "A measurement broke off",
    "mis-scaled-range": "Values on another scale",
    "near-copies": "Near copies",
    "near-duplicates-in-batch": "Nearly the same image twice",
    "nearer-to-train": "Nearer to training images",
    "nearer-to-train-in-features": "Nearer to training images in features",
    "quoted-spread": "What the quoted spread is taken over",
    "rare-classes": "Classes that are rare among the samples",
    "resampled-differs": "Samples drawn again differ",
    "sampled-without-data": "Sampled without the data",
    "sampler-repeats": "The sampler repeats itself",
    "sampling-cut-short": "Drawing again was cut short",
    "sampling-failed-without-data": "Sampling needs the data",
    "several-sources": "Several sources of samples",
    "source-refused": "A source of samples was refused",
    "test-images-left-out": "Test images left out",
    "test-images-repeated": "Test images seen twice",
    "trained-network": "From a trained network",
    "unclear-network": "Network not known",
    "unscored-predictions": "Predictions that could not be scored",
    "untrained-network": "From an untrained network",
}
"""Kind to its name."""
