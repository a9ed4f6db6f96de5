"""The pictures in README.md and docs/ are of what is printed today."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from tests.conftest import ROOT
from tests.repository.pages import README, page
from tools.draw_steps import PICTURES, draw


def words(picture: str) -> str:
    """Return what a picture shows."""
    texts = ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    return "".join((text.text or "").replace("\u00a0", " ") for text in texts)


def test_the_pictures_are_of_todays_steps_and_todays_set_up(template: Path, tmp_path: Path) -> None:
    today = draw(template, tmp_path)
    assert {path.stem for path in PICTURES.iterdir()} == today.keys()
    for name, picture in today.items():
        assert words((PICTURES / f"{name}.svg").read_text(encoding="utf-8")) == words(picture), (
            f"{name}: draw the pictures anew, as CONTRIBUTING.md says"
        )


def test_a_page_shows_each_picture_in_the_colours_that_a_reader_prefers() -> None:
    pages = README + "".join(page(path.stem) for path in (ROOT / "docs").iterdir())
    for path in PICTURES.iterdir():
        attribute = "srcset" if path.stem.endswith("-dark") else "src"
        assert re.search(rf'{attribute}="(\.\./)?{re.escape(path.relative_to(ROOT).as_posix())}"', pages)
