"""Readings of papers beyond their pages, and of documents that are neither paper nor code: name, unit, meaning."""

GEOMETRY = (
    ("paper.page_width", "points", "width of the pages, their unit applied"),
    ("paper.page_height", "points", "height of the pages, their unit applied"),
    ("paper.left_edge", "points", "where most full lines of the body begin"),
    ("paper.right_edge", "points", "where most full lines of the body end"),
    ("paper.lowest_line", "points", "lowest baseline of the body, from the top of the page"),
    ("paper.body_size", "points", "size of most of the text as it is printed"),
    ("paper.body_share", "share", "share of the text printed in that size"),
    ("paper.leading", "points", "distance of most lines of the body from one another"),
    (
        "paper.hidden_characters",
        "characters",
        "text that no reader sees: invisible, white on white, tiny, off the page",
    ),
    ("paper.pages_second", "pages", "pages that a second reader of PDFs counts"),
)
"""Where the text of the paper stands, in PDF points."""

TEAMS: tuple[tuple[str, str, str], ...] = ()
"""Team lists, mark splits, exercises."""

PROJECTS: tuple[tuple[str, str, str], ...] = ()
"""Videos, lists of packages, weights, training run again."""
