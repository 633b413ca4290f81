"""Check or render from a cold process, in threads that start at once: what ``test_eight_threads`` runs in processes of its own.

``python -m tests.unit.cold lazy|ruled|render THREADS SEED`` prints what each thread found, by message, as JSON.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "rules"
# One text for each of what loads something where it is first needed.
EMOJI = ("🎉", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣", "👍🏽", "☎️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🤷🏿‍♀️", "❤️‍🔥", "⭐", "🫠", "♾️")
NUMBERS = ("+49 30 901820", "+1 212 555 2368", "+33 1 42 68 53 00", "+39 06 698 82000", "+34 913 307 707", "+46 8 508 285 08",
           "+48 22 694 61 00", "+90 312 470 1111", "+81 3 3581 5111", "+91 11 2301 2345", "+44 20 7946 0958",
           "+800 1234 5678", "+870 773 111 632")  # fmt: skip
MISSPELT = {"en": "adres", "de": "Adrrese", "fr": "adrressse", "it": "indirrizzo", "es": "dirreción", "nl": "adrres",
            "sv": "adrress", "pl": "adrress", "tr": "adrress", "pt": "enderreço"}  # fmt: skip


def _picture(kind: str) -> bytes:
    """A picture whose file names a website, in a format that Pillow reads with a plugin of its own."""
    if kind == "webp":
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x12\0\0\0\x1a\0\0\0\0www.northwind.com\0"
        frame = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")[12:]
        head = b"VP8X" + struct.pack("<I", 10) + bytes([8, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        body = b"WEBP" + head + frame + b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2)
        return b"RIFF" + struct.pack("<I", len(body)) + body
    if kind == "tiff":
        text = b"www.northwind.com\0"
        tags = [(256, 3, 1, 1 << 16), (257, 3, 1, 1 << 16), (258, 3, 1, 8 << 16), (259, 3, 1, 1 << 16), (262, 3, 1, 1 << 16),
                (270, 2, len(text), 8 + 2 + 12 * 9 + 4), (273, 4, 1, 8 + 2 + 12 * 9 + 4 + len(text)), (278, 3, 1, 1 << 16),
                (279, 4, 1, 1)]  # fmt: skip
        table = b"".join(struct.pack(">HHII", *tag) for tag in tags)
        return b"MM\0*" + struct.pack(">IH", 8, len(tags)) + table + b"\0\0\0\0" + text + b"\0"

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"tEXt", b"Comment\0www.northwind.com") + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))  # fmt: skip


def lazy(seed: int) -> dict[str, dict[str, Any]]:
    """Messages by name whose findings hang on data that are loaded where they are first needed. ``seed`` picks the
    languages: a dictionary takes a second to load."""
    found: dict[str, dict[str, Any]] = {}
    for sign in EMOJI:
        found[f"emoji {sign}"] = {"html": f"<html lang=en><h1>{sign} Your order</h1>"}
    for number in NUMBERS:
        found[f"phone {number}"] = {"html": f"<p>Call {number}", "market": "Amazon.de"}
    found["phone anywhere"] = {"html": f"<p>Call {NUMBERS[seed]}"}
    for kind in ("webp", "tiff", "png"):
        data = base64.b64encode(_picture(kind)).decode()
        found[f"picture {kind}"] = {"html": f'<img width=9 alt="Logo" src="data:image/{kind};base64,{data}">'}
    for language in random.Random(seed).sample(sorted(MISSPELT), 2):
        word = MISSPELT[language]
        found[f"spelling {language}"] = {"html": f"<html lang={language}><p>{word} {word.lower()}lich, und {word}"}
    return found


def ruled(seed: int) -> dict[str, dict[str, Any]]:
    """Every third of the cases that each rule rejects, beginning with one by ``seed``."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(CASES.glob("*.yml")):
        cases = yaml.safe_load(path.read_text("utf-8"))["rejected"]
        found |= {f"{path.stem}: {c['name']}": c for c in cases[seed % 3 :: 3] if c.get("repeat", 1) < 100}
    return found


def check(cases: dict[str, dict[str, Any]]) -> dict[str, Callable[[], str]]:
    """What checks each message with all rules."""
    from franking.check import inspect
    from franking.policy import load
    from tests.unit.test_rule_cases import message_of

    def job(case: dict[str, Any]) -> Callable[[], str]:
        message = message_of(case)
        return lambda: repr([(f.rule, f.severity, f.line, f.column, f.message, f.undecided) for f in inspect(message, load())])

    return {name: job(case) for name, case in cases.items()}


def render(seed: int) -> dict[str, Callable[[], str]]:
    """What composes, judges and measures samples of the shipped templates, with both inliners, through shared pipelines."""
    from franking.catalog import Catalog
    from franking.policy import load
    from franking.preview.session import Choice, PreviewSession

    def job(session: PreviewSession, choice: Choice) -> Callable[[], str]:
        return lambda: json.dumps(session.show(choice), sort_keys=True)

    found: dict[str, Callable[[], str]] = {}
    for inliner in ("css-inline", "premailer"):
        session = PreviewSession(Catalog(ROOT / "templates", ROOT / "themes"), load(), inliner)
        choices = [choice for choice in session.choices() if choice.sample == "plain"]
        for choice in random.Random(seed).sample(choices, 3):
            found[f"{inliner} {choice.name}"] = job(session, choice)
    return found


def main(what: str, threads: int, seed: int) -> dict[str, list[str]]:
    """What each message came to, per thread. Cold data is asked for by all threads in one order, the rest in orders of
    their own."""
    jobs = render(seed) if what == "render" else check(lazy(seed) if what == "lazy" else ruled(seed))
    results: list[dict[str, str]] = [{} for _ in range(threads)]
    start = threading.Barrier(threads)
    names = list(jobs)
    random.Random(seed).shuffle(names)

    def work(number: int) -> None:
        turn = 0 if what == "lazy" else number * len(names) // threads
        start.wait()
        for name in (*names[turn:], *names[:turn]):
            try:
                results[number][name] = jobs[name]()
            except BaseException as error:  # told to the test
                results[number][name] = f"{type(error).__name__}: {error}"

    running = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return {name: [result[name] for result in results] for name in jobs}


if __name__ == "__main__":
    sys.setswitchinterval(1e-6)
    sys.stdout.buffer.write(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))).encode())
