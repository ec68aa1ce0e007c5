"""A notebook written on Colab runs elsewhere, and what stood in for Colab is recorded."""

import json

SCRIPT = """
import json, sys
from google.colab import drive
import google.colab.files
drive.mount("/content/drive")
uploaded = google.colab.files.upload()
google.colab.files.download("model.pt")
try:
    from google.colab import auth
    missing = False
except ImportError:
    missing = True
json.dump({"uploaded": uploaded, "missing": missing}, sys.stderr)
"""


def test_a_drive_is_mounted_in_name_only_and_every_use_is_recorded(metered):
    done = metered(SCRIPT)
    assert done.code == 0, done.stderr
    assert json.loads(done.stderr[done.stderr.index("{") :]) == {"uploaded": {}, "missing": True}
    said = [record["what"] for record in done.of_kind("repair")]
    assert "google.colab.drive.mount('/content/drive') did nothing" in said
    assert "google.colab.files.upload() returned no file: nobody is there to choose one" in said
    assert "google.colab.drive is not installed: the harness stands in for it" in said


def test_a_google_package_that_is_installed_is_left_alone(metered, tmp_path):
    package = tmp_path / "google"
    package.mkdir()
    (package / "__init__.py").write_text("mine = True\n")
    script = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport google\nassert google.mine\n"
    done = metered(script)
    assert done.code == 0, done.stderr
    assert done.of_kind("repair") == []
