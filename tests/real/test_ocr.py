"""What logos show, read off their pixels by a real Tesseract."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from franking.html.pictures import reader, shown

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
FRANKING = str(Path(sys.executable).with_name("franking"))


def logo(text: str, size: tuple[int, int] = (220, 60), letters: int = 22, ink: str = "#1d4d3a", ground: str | None = "white",
         format: str = "PNG", twice: str = "") -> bytes:  # fmt: skip
    """A picture with a text, and with a second line where one is given; ``ground`` None is a hole."""
    picture = Image.new("RGBA", size, ground or (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((8, size[1] // 2 - 12, 32, size[1] // 2 + 12), fill=ink)
    font = ImageFont.load_default(letters)
    draw.text((40, size[1] / 2 - (letters if twice else letters * 0.6)), text, fill=ink, font=font)
    draw.text((40, size[1] / 2 + 2), twice, fill=ink, font=ImageFont.load_default(letters * 0.6))
    file = io.BytesIO()
    (picture.convert("RGB") if format == "JPEG" else picture).save(file, format)
    return file.getvalue()


def findings(tmp_path: Path, data: bytes, kind: str = "png") -> list[str]:
    """What ``franking check`` says about the logo in a message."""
    src = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    (tmp_path / "m.html").write_text(f'<p>Thank you.</p><img src="{src}" alt="Logo of Northwind" width="160">', "utf-8")
    result = subprocess.run(
        [FRANKING, "check", "m.html", "--format", "json"], cwd=tmp_path, capture_output=True, check=False, timeout=120
    )
    assert result.returncode in (0, 1), result.stderr.decode()
    (message,) = json.loads(result.stdout)["messages"]
    return [f["message"] for f in message["findings"] if f["rule"] == "logo-link"]


def test_tesseract_is_there() -> None:
    assert reader().startswith("tesseract 5") or reader().startswith("tesseract 4")


@pytest.mark.parametrize(
    "data",
    [
        logo("northwind.com"),
        logo("www.northwind.de", letters=20),
        logo("northwind.shop", ink="white", ground="#1d4d3a"),
        logo("northwind.com", ink="white", ground=None),
        logo("northwind.com", ink="#333333", ground=None),
        logo("NORTHWIND.COM", letters=18),
        logo("northwind.co.uk", format="JPEG"),
        logo("northwind.com", format="WEBP"),
        logo("northwind.com", size=(1600, 400), letters=160),
        logo("Northwind", twice="www.northwind.com", size=(260, 80), letters=30),
    ],
    ids=len,
)
def test_a_website_in_the_picture_is_found(tmp_path: Path, data: bytes) -> None:
    assert findings(tmp_path, data) == ["The logo's pixels show a website"], shown(data)


@pytest.mark.parametrize(
    "data",
    [
        logo("Northwind"),
        logo("Northwind & Co."),
        logo("St. Moritz", ink="white", ground="#1d4d3a"),
        logo("Fjord & Pine", ink="white", ground=None),
        logo("since 1998. de luxe", letters=16),
        logo("No. 5", format="JPEG"),
        logo("", size=(40, 40)),
        logo("x", size=(1, 1)),
    ],
    ids=len,
)
def test_a_brand_alone_is_none(tmp_path: Path, data: bytes) -> None:
    assert findings(tmp_path, data) == []


def test_the_themes_logos_show_no_website() -> None:
    logos = [file for file in (ROOT / "themes").rglob("*") if file.suffix in (".png", ".jpg", ".webp", ".gif")]
    assert logos
    for file in logos:
        assert "." not in shown(file.read_bytes()), file
