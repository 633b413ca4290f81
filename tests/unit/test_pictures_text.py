"""What stands in the file of a picture: descriptions count, what programs write about themselves does not."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, PngImagePlugin

from franking.check import inspect
from franking.html.pictures import described
from franking.model import Message
from franking.policy import load


def png(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        (info.add_itxt if not text.isascii() else info.add_text)(name, text)
    file = io.BytesIO()
    Image.new("RGB", (160, 40), "white").save(file, "PNG", pnginfo=info)
    return file.getvalue()


def other(format: str, **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (160, 40), "white").save(file, format, **more)
    return file.getvalue()


def exif(tag: int, text: str) -> Image.Exif:
    found = Image.Exif()
    found[tag] = text
    return found


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40">{inside}</svg>'.encode()


def told(data: bytes, alt: str = "Logo of Northwind") -> list[str]:
    src = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    message = Message("m", f'<p>Thank you.</p><img src="{src}" alt="{alt}" width="160">')
    return [f.message for f in inspect(message, load()) if f.rule == "logo-link"]


@pytest.mark.parametrize(
    "data",
    [
        png(Description="Logo of www.northwind.com"), png(Title="northwind.com"), png(Comment="https://northwind.example/ – das Logo"),
        png(Copyright="© northwind.de"), png(description="northwind.shop"),
        other("JPEG", comment="made for northwind.com"), other("GIF", comment="northwind.com"),
        other("JPEG", exif=exif(0x010E, "northwind.com")), other("WEBP", exif=exif(0x8298, "(c) northwind.com")),
        svg("<text x='1' y='20'>northwind.com</text>"), svg("<title>www.northwind.com</title>"),
        svg("<text><tspan>north</tspan><tspan>wind.com</tspan></text>"), svg("<text>northwind&#46;com</text>"),
    ],
)  # fmt: skip
def test_a_website_in_the_file_is_found(data: bytes) -> None:
    assert told(data) == ["A text in the logo's file shows a website"]


@pytest.mark.parametrize(
    "data",
    [
        png(), png(Description="Logo of Northwind"), png(Software="www.inkscape.org"), png(Title="St. Moritz Co."),
        other("JPEG", comment="CREATOR: gd-jpeg v1.0"), other("JPEG", exif=exif(0x0131, "GIMP, www.gimp.org")), other("GIF"),
        svg("<rect width='9' height='9'/>"), svg("<text>Northwind</text>"),
        svg("<style>@import url('https://fonts.example.com/a.css')</style>"), svg("<metadata>http://purl.org/dc</metadata>"),
    ],
)  # fmt: skip
def test_a_file_without_one_is_permitted(data: bytes) -> None:
    assert told(data) == []


def test_other_pictures_may_say_what_they_like() -> None:
    assert told(png(Description="northwind.com"), alt="A leaf") == []


@pytest.mark.parametrize(
    "data",
    [
        b"", b"no picture", b"\x89PNG\r\n\x1a\n", png(Title="x")[:40], other("JPEG", exif=exif(0x010E, "a"))[:80],
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x00\x00\x00\x01\x00\x00\x08\x02\x00\x00\x00\xcd\x90\x3a\x0b", b"GIF89a", b"<svg",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)  # fmt: skip
def test_what_is_no_picture_says_nothing(data: bytes) -> None:
    assert described(data) == ()
