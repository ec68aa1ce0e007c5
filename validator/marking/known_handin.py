"""Readings of papers beyond their pages, and of documents that are neither paper nor code: name, unit, meaning."""

GEOMETRY = (
    ("paper.page_width", "points", "width of the pages, their unit applied"),
    ("paper.page_height", "points", "height of the pages, their unit applied"),
    ("paper.left_edge", "points", "where most full lines of the body begin"),
    ("paper.right_edge", "points", "where most full lines of the body end"),
    ("paper.lowest_line", "points", "lowest baseline of the body, from the top of the page"),
    ("paper.highest_line", "points", "highest baseline of the body after the first page, from the top of the page"),
    ("paper.body_size", "points", "size of most of the text as it is printed"),
    ("paper.body_share", "share", "share of the text printed in that size"),
    ("paper.leading", "points", "distance of most lines of the body from one another"),
    ("paper.columns", "columns", "columns that the body of the paper is set in"),
    (
        "paper.hidden_characters",
        "characters",
        "text that does not show: invisible, white on white, tiny, off the page",
    ),
    ("paper.pages_second", "pages", "pages that a second reader of PDFs counts"),
)
"""Where the text of the paper stands, in PDF points."""

FIGURES = (
    ("figures.stored_pictures", "pictures", "pictures in the outputs of the notebooks as they were handed in"),
    ("figures.run_pictures", "pictures", "pictures that the notebooks showed when they were run here"),
    ("figures.batch_in_stored", "share", "largest share of the paper's batch of samples in one stored picture"),
    ("figures.batch_in_run", "share", "the same in one picture of the run"),
)
"""The paper's figures beside the pictures of the notebooks."""

TEAMS: tuple[tuple[str, str, str], ...] = (
    ("team.members", "members", "different user ids in the team's list"),
    ("mark-split.rows", "rows", "members' rows of the form that divides the marks"),
    ("mark-split.total", "%", "sum of the shares on it"),
    ("mark-split.smallest", "%", "smallest share on it"),
    ("mark-split.largest", "%", "largest share on it"),
    ("mark-split.above_zero", "members", "shares on it above zero: the team's effective size"),
    ("mark-split.unsigned", "rows", "rows of it with nothing where they are to be signed"),
)
"""Team lists, mark splits, exercises."""

PROJECTS: tuple[tuple[str, str, str], ...] = (
    ("video.seconds", "seconds", "length of the video, as its header says"),
    ("video.picture_seconds", "seconds", "length of the video's pictures together"),
    ("video.width", "pixels", "width of the video's pictures"),
    ("video.height", "pixels", "height of the video's pictures"),
    ("requirements.packages", "packages", "packages that the requirements.txt lists"),
    ("readme.words", "words", "words of the README"),
    ("{role}.stored_loss", "", "training loss at the end of the outputs handed in, of the training that rose most"),
    ("{role}.rerun_loss", "", "training loss at the end of the same cell's outputs when it was run here"),
    ("{role}.loss_noise", "", "standard error of the difference of these ends, by how the stored points scatter"),
    ("{role}.weights_accuracy", "share", "right answers with the weights handed in, of the file that falls shortest"),
    ("{role}.weights_run_accuracy", "share", "right answers of the same network as trained here, to the same rows"),
    ("{role}.weights_agreement", "share", "smallest share of rows that weights handed in decide as those trained here"),
)
"""Videos, lists of packages, weights, training run again."""
