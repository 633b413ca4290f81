"""An error in a TOML file names the line of the value that is wrong, also where its name is written more than once."""

from pathlib import Path

import pytest

from franking.catalog.themes import read_theme
from franking.catalog.toml import line_of
from franking.errors import TemplateError

TEXT = '''# about = "not this"
vocabulary = [
  "about",  # file
  "name",
]

[brand]
name = """
about = no
"""
about = "This"
"quoted key" = 1
in.side = { about = 2 }

[[assets]]
file = "a.png"
sha256 = "0"

[[assets]]
sha256 = "1"
file = "b.png"

[assets.more]
file = 3

[variables]
about = { about = "x", type = "date" }
[variables.name]
about = "y"
'''


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        (("vocabulary",), 2), (("vocabulary", 1), 2), (("brand",), 7), (("brand", "name"), 8), (("brand", "about"), 11),
        (("brand", "quoted key"), 12), (("brand", "in", "side", "about"), 13), (("assets",), 15), (("assets", 0), 15), (("assets", 0, "sha256"), 17),
        (("assets", 1), 19), (("assets", 1, "sha256"), 20), (("assets", 1, "file"), 21), (("assets", 1, "more", "file"), 24),
        (("variables", "about"), 27), (("variables", "about", "type"), 27), (("variables", "name"), 28), (("variables", "name", "about"), 29),
        (("assets", 1, "alt"), 19), (("assets", 2), 15), (("brand", "logo"), 7), (("nothing",), 1), ((), 1),
    ],
)  # fmt: skip
def test_the_line_of_a_value(tmp_path: Path, steps: tuple[str | int, ...], line: int) -> None:
    path = tmp_path / "theme.toml"
    path.write_text(TEXT, "utf-8")
    assert line_of(path, *steps) == line


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (
            '[[assets]]\nfile = "a.png"\nalt = "A"\npurpose = "logo"\nsha256 = "'
            + "0" * 64
            + '"\n[[assets]]\nfile = "b.png"\nalt = 3\n',
            11,
        ),
        (
            '[[assets]]\nfile = "a.png"\nalt = "A"\npurpose = "logo"\nsha256 = "'
            + "0" * 64
            + '"\n[[assets]]\nfile = "b.png"\n',
            9,
        ),
        ('[[assets]]\nfile = "a.png"\nalt = "A"\npurpose = "logo"\nsha256 = "' + "0" * 64 + '"\nfiles = "b.png"\n', 9),
    ],
)
def test_a_theme_names_the_asset_that_is_wrong(tmp_path: Path, written: str, line: int) -> None:
    (tmp_path / "theme.toml").write_text(f'[brand]\nname = "A"\nabout = "B"\n{written}', "utf-8")
    with pytest.raises(TemplateError, match=rf"theme\.toml:{line}: assets\."):
        read_theme(tmp_path)
