"""The vocabulary of the frozen boxes: lengths, words, pictures and declarations, drawn at random.

Words are of letters that the fonts here do not kern, so that widths of text are exact.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from random import Random

LENGTHS = (*"0 4px 10px 17px 24px 33.5px 40px 60px 85px 120px 150px 210px 280px 350px 420px 700px 1em 2.5em 6em 3rem .5in 2cm 12pt 8pc 10vw "
           "min(40%,90px) max(15%,30px) clamp(20px,25%,120px) 3px)".split(), "calc(10% + 12px)", "calc(50% - 20px)")  # fmt: skip
PERCENTS = "5% 10% 12.5% 19% 25% 33% 40% 50% 66% 75% 90% 100% 120%".split()
WIDE = (*"60px 85px 120px 150px 210px 280px 350px 420px 700px 6em 10em 25% 33% 50% 75% 100% 120%".split(), "calc(50% - 20px)")
TEXTS = ("no", "on no noon", "noon on noon nun on noon on", "nnnnnnnnnnnnnnnn", "on " * 30, "o", "nun<br>noon on noon", "on&nbsp;no&nbsp;noon",
         "<b>no</b>on", "no <span>on</span> noon")  # fmt: skip


def _png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\0" * ((width + 7) // 8)) * height
    data = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))  # fmt: skip
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


PICTURES = tuple(_png(*size) for size in ((10, 10), (64, 32), (240, 60), (500, 100), (30, 90)))


class Draw:
    """One case being drawn."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *pool: str) -> str:
        """One of some values; a single argument is a list of words."""
        return self.random.choice(pool[0].split() if len(pool) == 1 else pool)

    def chance(self, share: float) -> bool:
        """True for a share of the draws."""
        return self.random.random() < share

    def length(self) -> str:
        """A length or percentage, of any size."""
        return self.random.choice(LENGTHS) if self.chance(0.7) else self.random.choice(PERCENTS)

    def small(self) -> str:
        """A length that leaves room."""
        return self.one("0 3px 8px 12px 20px 33px 5% 10% 1em .75em 9pt")

    def wide(self) -> str:
        """A width."""
        return self.random.choice(WIDE)

    def text(self) -> str:
        """Some words."""
        return self.random.choice(TEXTS)

    def picture(self, attributes: str = "", style: str = "") -> str:
        """An image whose file comes along."""
        return f'<img src="{self.random.choice(PICTURES)}" alt=x{attributes}{styled(style)}>'

    def some(self, pool: list[Callable[[], str]], most: int) -> str:
        """Some declarations."""
        chosen = [make() for make in self.random.sample(pool, min(len(pool), self.random.randint(0, most)))]
        for family in ("margin", "padding"):  # the sides of the box by one kind of names
            if any(one.startswith(f"{family}-inline") for one in chosen):
                chosen = [one for one in chosen if not one.startswith(family) or one.startswith(f"{family}-inline")]
        return ";".join(chosen)

    def box(self) -> list[Callable[[], str]]:
        """Declarations of the box model."""
        return [
            lambda: f"margin:0 {self.length()}", lambda: f"margin-left:{self.length()}", lambda: f"margin-right:{self.length()}",
            lambda: f"padding:{self.small()}", lambda: f"padding-left:{self.length()}", lambda: f"padding-right:{self.small()}",
            lambda: f"border:{self.one('1px', '5px', 'thin', 'thick', '2em')} {self.one('solid dashed none')}",
            lambda: f"border-left:{self.one('1px', '12px', 'medium')} solid", lambda: f"width:{self.wide()}",
            lambda: f"max-width:{self.wide()}", lambda: f"min-width:{self.wide()}",
            lambda: f"box-sizing:{self.one('border-box content-box')}", lambda: f"margin-inline:{self.small()} {self.length()}",
            lambda: f"padding-inline-start:{self.length()}",
            lambda: f"{self.one('letter-spacing:2px', 'letter-spacing:-.05em', 'word-spacing:6px', 'text-transform:uppercase', 'letter-spacing:.5em')}",
        ]  # fmt: skip

    def blocks(self) -> str:
        """Declarations of a block."""
        extra: list[Callable[[], str]] = [
            lambda: f"margin:0 {self.one('auto', 'auto 0 auto', '0 0 auto')}", lambda: "margin-left:auto", lambda: f"margin-left:-{self.one('5px 20px 8%')}",
            lambda: f"width:{self.one('min-content max-content fit-content auto stretch')}", lambda: f"direction:{self.one('rtl ltr')}",
            lambda: f"overflow:{self.one('hidden auto')}", lambda: f"position:relative;left:{self.one('10px -8px 10%')}",
            lambda: f"font-size:{self.one('12px 20px 80% 1.25em large')}", lambda: f"max-width:{self.one('none min-content fit-content')}",
            lambda: "position:relative;right:12px", lambda: f"min-width:{self.one('min-content', 'max-content', '0')}",
        ]  # fmt: skip
        return self.some([*self.box(), *extra], 4)


def styled(declarations: str) -> str:
    return f' style="{declarations}"' if declarations else ""


def page(d: Draw, inner: str) -> str:
    body = d.random.choice(
        (
            "",
            "",
            "",
            " style=padding:10px",
            ' style="margin:0 8px"',
            " bgcolor=white",
            ' style="margin:auto;width:90%"',
            " leftmargin=20",
        )
    )
    return f"<!DOCTYPE html><body{body}>{inner}"
