"""The nouns of claims, the words that may stand between them and their numbers, and the two models. Plain data."""

from __future__ import annotations

import re

CLASSIFIER, GENERATOR = "classifier", "generator"

ROLES = {
    CLASSIFIER: re.compile(
        r"\bclassif(?!ier[- ](?:free|guid))\w{1,9}"
        r"|\bdiscriminative\b|\baddnist\b|\bpart (?:1|i|one|a)\b|\btask (?:1|one)\b",
        re.IGNORECASE,
    ),
    GENERATOR: re.compile(
        r"\bgenerat(?:ive|ors?|ed|es|ing|ion|e)\b|(?-i:GANs?\b)|\bV?AEs?\b|\bVAE\w{0,4}|\bdiffusion\b|\bDD[PI]M\w?\b"
        r"|\b(?:rectified|normali[sz]ing) flows?\b|\bflow[ -]matching\b|\bcifar\b|\bdiscriminator\b|\bcritic\b"
        r"|\bU-?Net\b"
        r"|\bsynthesi[sz]\w{0,4}|\bpart (?:2|ii|two|b)\b|\btask (?:2|two)\b",
        re.IGNORECASE,
    ),
}
"""What says which of the two models is spoken of."""

_IMAGES = (
    r"(?:the\s|our\s|all\s){0,2}(?:official\s|held-out\s|AddNIST\s)?(?:test(?:ing)?|train(?:ing)?)"
    r"(?:\s(?:set|split|data|images|examples|samples))?"
)
_CORRECT = (
    r"(?:(?:are|were|is)\s)?(?:(?:classified|labelled|labeled|recogni[sz]ed|predicted)\s)?(?:correctly|correct|right)\b"
)
CUES = {
    "parameters": re.compile(
        r"(?<![A-Za-z])param(?:eter)?s?\d?(?![A-Za-z_\d])|\bparameter[- ]count\b"
        r"|\bweights and biases\b|\b(?:trainable|learnable) weights\b",
        re.IGNORECASE,
    ),
    "steps": re.compile(
        r"(?<![A-Za-z])(?:steps?|iterations?|iters?|updates?)\d?(?![A-Za-z_\d-])"
        r"|\bupdated(?=\s\d[\d,.]{0,12}\s?[kM]?\stimes\b)",
        re.IGNORECASE,
    ),
    "accuracy": re.compile(
        r"(?<![A-Za-z])(?:accurac(?:y|ies)\b|acc\b\.?)"
        rf"|(?<=[%\d])\s(?:on|for)\s{_IMAGES}\b|(?<=%)\sof\s{_IMAGES}\s{_CORRECT}"
        rf"|\b(?:on|for)\s{_IMAGES},?\s(?:(?:it|this|we|they)\s)?(?=(?:is|was|are|get|got|obtain\w{{0,2}}|reach\w{{0,3}})\b)",
        re.IGNORECASE,
    ),
    "loss": re.compile(r"(?<![A-Za-z])loss(?:es)?\b", re.IGNORECASE),
    "fid": re.compile(
        r"(?<![A-Za-z])FID(?:[-_@]?\d{1,3}k)?(?![A-Za-z\d])|\bfr.chet inception distance\b(?:\s\(FID\))?", re.IGNORECASE
    ),
}

BEFORE_CUE = {
    "parameters": "trainable learnable tunable free model network total distinct overall classifier generator of",
    "steps": (
        "optimisation optimization optimiser optimizer gradient descent training train update updates weight parameter "
        "total sgd adam adamw learning generator discriminator critic"
    ),
    "accuracy": "test testing train training mean average final overall top-1 top validation classification set )",
    "loss": "test testing train training mean average final overall validation set cross-entropy",
    "fid": "test mean average final clean best",
}
"""Words that may stand between a number and the noun it counts."""

_LINK = (
    "of tensor is was were are be been equals equal to at a an the about approximately approx around roughly "
    "nearly almost only just exactly in total overall final best whole full mean average value values count number "
    "score "
    "scores comes amounts sums reach reaches reached reaching achieve achieves achieved obtain obtained "
    "measure measured report "
    "obtains used has have had this model network our it its per-run stands came we get got as follows : "
    "= ( ) ~ \u2248 \u223c \u2193 \u2191 | > - -- \u2013 \u2014 \u2192 \u21d2 [ ] $ \" '"
)
AFTER_CUE = {
    "parameters": _LINK
    + " trainable learnable all / gan vae ddpm unet u-net generator diffusion generative classifier combined denoiser",
    "steps": _LINK + " / for taken trained made performed ran",
    "accuracy": _LINK
    + " on for over across data set dataset test testing train training images std sd standard deviation "
    "addnist batches batch seeds runs classifier and \u00b1 +- + /",
    "loss": _LINK + " on for over across data set test testing train training images std sd standard deviation batches "
    "classifier and \u00b1 +- + /",
    "fid": _LINK + " between and on for from against with over samples images test set cifar cifar-100 generated model "
    "generative generator denoiser decoder sampler diffusion gan vae ddpm submitted proposed at end / "
    "real dataset data 100 computed calculated measured using , clean lower better best , .",
}
"""Words that may stand between a noun and its number."""

TRAIN, TEST, VALIDATION = r"train(?:ing)?", r"test(?:ing)?", r"val(?:id(?:ation)?)?"
PARTS = re.compile(
    rf"(?<![A-Za-z])(?:(?P<train>{TRAIN})|(?P<test>{TEST})|(?P<validation>{VALIDATION}))(?![A-Za-z])"
    r"(?!\s(?:steps|iterations|epochs|time|runs?|budget|length)\b)",
    re.IGNORECASE,
)
PAIR = re.compile(
    r"\b(train(?:ing)?|test(?:ing)?)\s?(?:/|and|&|,)\s?(train(?:ing)?|test(?:ing)?)\s{0,2}$", re.IGNORECASE
)

PAIR_BEHIND = re.compile(
    r"\s?(?:on|for)\s(?:the\s)?(train(?:ing)?|test(?:ing)?)\s?(?:/|and|&|,)\s?(?:the\s)?(train(?:ing)?|test(?:ing)?)\b(?:\s(?:sets?|data|images))?\s?",
    re.IGNORECASE,
)

COUNTED = re.compile(
    r"[\s-]{0,2}(?:(?:model|generated|random|real|test|training|train|validation|fake|unique|different|synthetic|"
    r"CIFAR-100)\s){0,3}(?:samples?|images?|epochs?|classes|seeds?|runs|pairs|pages?|hours?|minutes?|seconds?|"
    r"dimensions?|channels?|layers?|features?|neurons?|heads?|batches|digits?|examples?|labels?|pixels?|blocks?|GPUs?)\b",
    re.IGNORECASE,
)
"""What a number counts when it is not a claim."""
IMAGES = re.compile(
    r"[\s-]{0,2}(?:(?:generated|random|real|test|training|fake)\s){0,2}(?:samples?|images?)\b", re.IGNORECASE
)
LABELLED = re.compile(
    r"(?:\b(?:tables?|fig(?:ure|s|\.)?|sec(?:tion|\.)?|eq(?:uation|n)?s?\.?|appendix|algorithm|page|chapter|part|seed|"
    r"batch(?: |-)size(?: of)?|learning rate(?: of)?|resnet|top|version|line|epochs?)\s?[(:=#-]?\s?)$",
    re.IGNORECASE,
)
"""What the number after it names."""
