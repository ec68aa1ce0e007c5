"""The words by which decoys are known. Plain data; no pattern can backtrack far."""

from __future__ import annotations

import re

OWN = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|report)|the proposed)\b", re.IGNORECASE)
OTHERS = re.compile(
    r"\breported\b|\boriginal(?:ly)?\b|\bpublished\b|\bprior work|\bprevious(?:ly)? |\bstate[- ]of[- ]the[- ]art\b"
    r"|\bin the literature\b|\b(?:their|authors)\b|\bet al\b|\(\d{4}[a-z]?\)|\[\d{1,3}(?:, ?\d{1,3}){0,5}\]"
    r"|,? (?:19|20)\d\d[a-z]?\)",
    re.IGNORECASE,
)
MODEL = re.compile(
    r"\bthe (?:final |whole )?(?:classifier|generator|model|network|(?:generative|discriminative) model)\b", re.I
)
"""Speaks of the paper's own model, where no citation stands before the number."""
METRIC_AUTHORS = re.compile(r"heusel|seitzer|parmar", re.IGNORECASE)
TURN = re.compile(r"\b(?:while|whereas|but|than|compar\w{2,4}|unlike|versus|vs)\b", re.IGNORECASE)

LIMIT = re.compile(
    r"(?:fewer than|less than|at most|no more than|not more than|more than|up to|under|below|within"
    r"|limit(?:ed)?(?: of| to| is)?"
    r"|(?<!full )(?<!whole )(?<!entire )budgets?(?: of| is)?|maxim(?:um|al)(?: of)?|constraint(?: of)?|cap of|allowed"
    r"|exceed\w{0,3}|[<\u2264>\u2265])"
    r"[\s:(=]{0,3}(?:the |a |of |is |than |only ){0,2}$"
    r"|\d\s?[kM]?(?: thousand| million)? (?:out )?of (?:the|its|our) (?:allowed |available |permitted )?$",
    re.IGNORECASE,
)
LIMIT_AFTER = re.compile(
    r"[\s-]{0,2}(?:(?:trainable|total|optimi[sz]ation|training|gradient|update|parameters?|params?|steps?|iterations?)[\s-]){0,3}"
    r"(?:limit|budget|constraint|cap|maximum|allowance)\b",
    re.IGNORECASE,
)
DIFFERENCE = re.compile(
    r"(?:(?<!met )(?<!given )(?<!satisfied )\bby|\b(?:gain|improvement|drop|increase|decrease|gap|difference) of)"
    r"\s{1,2}\S{0,12}$"
    r"|\b(?:remov(?:e|es|ed|ing)|adds?|add(?:ed|ing)|sav(?:e|es|ed|ing)|accounts? for|contributes?)"
    r"\s(?:only |just |about )?$"
)
POINTS = re.compile(r"\s?(?:percentage )?(?:points?|pp)\b")
VARIANT = re.compile(
    r"\b(?:larger|bigger|smaller|wider|deeper|variants?|versions?|baselines?|ablat\w{0,6}|teacher|alternative|instead|without"
    r"|VGG-?\d{0,2}|(?:Mobile|Efficient|Alex|Shuffle|Squeeze|Google)Net\w{0,4}|LeNet-?\d?|StyleGAN\w{0,6}|BigGAN|Xception"
    r"|would|could|might|had (?:we|it)|if (?:we|it|one)|doubl\w{1,4}|halv\w{1,4}|ResNet-?\d{1,3}|ViT|DenseNet"
    r"|first|also (?:train|tri|test|experiment)\w{0,6}"
    r"|TTA|test[- ]time augment\w{0,6}|SWA|ensembl\w{1,5}|plain|vanilla|basic|na[i\u00ef]ve|each (?:layer|block))\b"
    r"|\b\d{1,2}\s?% of the (?:\w{1,10}\s)?(?:data|images|set)\b(?!.{0,30}\bcorrect)"
    r"|^An?\s(?:[\w-]{1,20}\s){0,2}(?:\w{0,8}GANs?(?:-GP)?|\w{0,6}VAE|CNN|MLP|transformer|DD[PI]M|U-Net|network|model)\b",
    re.IGNORECASE,
)
OPTIMISERS = re.compile(r"\b(?:SGD|AdamW?|RMSprop|Adagrad|Lion|LAMB|NAdam|RAdam|Muon|Adadelta)\b")
"""Where a sentence names two of them it compares them."""
TIMED = re.compile(r"\sin\s\d[\d.,:]{0,9}\s?(?:s|secs?|seconds|ms|mins?|minutes)\b")
COMPARED = re.compile(r"\b(?:compared (?:to|with)|than|instead of)\b[^,;]{0,60}$", re.IGNORECASE)
TUNING = re.compile(
    r"\b(?:tun(?:ing|ed)|hyper-?parameters?|search(?:es)?|sweeps?|trials?|pilot|preliminary|earlier run|initial(?:ly)?"
    r"|finder|profil\w{2,4}|benchmark\w{0,4}|sanity|smoke|debug\w{0,4}|dry[- ]run"
    r"|(?:each|every|per) run|exploratory|warm(?:ed|ing)?[- ]?up|pre-?train\w{0,4})\b",
    re.IGNORECASE,
)
ONE_NETWORK = re.compile(
    r"\b(?:discriminator|critic|encoder|decoder|layers?|blocks?|head|backbone|embedding|stem|stages?|linear"
    r"|fully[- ]connected|(?:layer|block|linear|down|up)[._]?\d\w{0,8}|(?:conv|fc|bn)[._]?\d{0,2})\b",
    re.IGNORECASE,
)
ADVERSARIES = re.compile(
    r"\bgenerator\b.{0,200}\b(?:discriminator|critic)\b|\b(?:discriminator|critic)\b.{0,200}\bgenerator\b",
    re.IGNORECASE,
)
WHOLE = re.compile(r"\b(?:total|together|combined|overall|altogether|both|sum|whole|all)\b", re.IGNORECASE)
OTHER_STEPS = re.compile(
    r"\b(?:sampl\w{1,4}|diffusion|denoising|time|inference|ddim|warm-?up|noise|noising|reverse|forward|euler|heun|ode|solver"
    r"|accumulation|integration|interpolation|generation|eval\w{0,6}|logg?\w{0,3}|print|save"
    r"|checkpoint)[\s_]{1,2}(?:time ?)?$",
    re.IGNORECASE,
)
PER = re.compile(
    r"\s{1,2}(?:per|each|for each|for every|in each|of (?:the )?(?:sampling|denoising|diffusion|warm))\b", re.IGNORECASE
)
EPOCH_BEFORE = re.compile(
    r"\b(?:an|one|a single|each|every|per) epoch\b(?!,? (?:so|hence|thus|therefore|i\.e\.))[^.;)\d]{0,40}$"
    r"|\bepochs (?:of|with|[x\u00d7*])\s{1,2}$",
    re.IGNORECASE,
)
EPOCH_AFTER = re.compile(
    r"\s{1,2}(?:\w{1,14}\s){0,3}(?:per|each|every|an|in (?:one|an|each|every)) epoch\b", re.IGNORECASE
)
AT_MOST = re.compile(r"\bmax(?:imum|imal)?[\s_]{1,2}(?:\w{1,14}[\s_]){0,2}$", re.IGNORECASE)
"""What makes of `max_steps` a limit."""
SAMPLER = re.compile(
    r"\b(?:DDIM|sampl(?:e|es|ed|er|ing)|euler|heun|ODE|solver|NFEs?|inference|denois\w{1,4}|time-?steps?)\b",
    re.IGNORECASE,
)
SAMPLED_WITH = re.compile(
    r"\b(?:with|using|in|at|for) \d[\d,]{0,6}\s(?:\w{1,14}\s)?(?:steps?|NFEs?|evaluations)\b", re.IGNORECASE
)
TRAINED = re.compile(r"\b(?:train\w{0,4}|optimi[sz]\w{1,7}|gradient|updat\w{1,3}|learn\w{0,4})\b", re.IGNORECASE)
PARTIAL = re.compile(
    r"(?<!stop )(?<!stopped )(?<!end )(?<!ended )\bafter\s{1,2}(?:the )?(?:first )?$"
    r"|\b(?:every|first|last|(?-i:At)|until|remaining|from|than|another|step|each|between)\s{1,2}"
    r"(?:the )?(?:first )?$"
    r"|\b(?:period|cycle|interval|window|patience|half-?life|frequency|milestones?)\s(?:of|at|is)\s{1,2}$",
    re.IGNORECASE,
)
STEP_AT = re.compile(r"\b(?:at|by|until|from|after)\s(?:training\s)?(?:step|iteration|update)\s$", re.IGNORECASE)
ENDS = re.compile(r"\b(?:stop|end|finish|terminat|halt)\w{0,4}\b[^.;]{0,20}$", re.IGNORECASE)
"""`stopped early at step 8,000` is the end, `at step 5,000` a point on the way."""
APPROXIMATE = re.compile(
    r"(?:[~\u2248\u223c]|\b(?:about|approx(?:imately|\.)?|around|roughly|circa|nearly|almost))\s?$", re.IGNORECASE
)
OVER_SEEDS = re.compile(
    r"\b(?:over|across|of|from)\s(?:\w{1,10}\s){0,3}(?:seeds?|runs|trainings|repetitions|repeats)\b", re.IGNORECASE
)
CLEAN = re.compile(r"\bclean[- _]?fid\b|\bclean\b", re.IGNORECASE)
AGAINST_TRAIN = re.compile(
    r"\b(?:against|to|and|with|vs\.?)\s(?:the\s)?(?:\S{1,12}\s){0,3}train(?:ing)?\b",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"\b(?:at|by|after|from)\s(?:only |just |about |around |the first )?\d[\d,.]{0,12}\s?[kKM]?\s(?:\w{1,14}\s)?"
    r"(?:steps?|iterations?|updates?|epochs?)\b|\b(?:at|by|after|from) (?:epochs?|steps?|iterations?) \d"
    r"|\bbefore (?:any )?training\b|\buntrained\b|\brandom(?:ly)? (?:guess|initial)\w{0,7}|\bby chance\b"
    r"|\b(?:random|pure|uniform) noise\b",
    re.IGNORECASE,
)
"""An accuracy, a loss or an FID that was reached on the way, or before it."""
SOME_IMAGES = re.compile(
    r"\bsubset\b|\bper[- ]class\b|\bclass(?:es)? \d|\b(?:worst|lowest|hardest|easiest)\b"
    r"|\b(?:first|last|one|a|each|single|random|per)[- ](?:mini-?)?batch\b",
    re.IGNORECASE,
)
TOP = re.compile(r"\btop-?[2-9]\b", re.IGNORECASE)

HEADS = (
    "abstract introduction background relatedwork relatedworks method methods methodology architecture "
    "training results result experiments evaluation discussion limitations limitation conclusion "
    "conclusions outcome setup ablation ablations penalty penalties bonus bonuses totalpenalty marks "
    "dataset data implementation analysis"
)
HEADINGS = frozenset(HEADS.split())
"""Titles that are known without a number before them, without white space."""
ENDS_ROLE = re.compile(
    r"introduction|related|background|abstract|limitation|conclusion|discussion|penalt|bonus", re.IGNORECASE
)
DEDUCTION_HEADING = re.compile(r"\b(?:bonus(?:es)?|penalt(?:y|ies)|deductions?)\b", re.IGNORECASE)
