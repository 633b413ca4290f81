"""``make fixing N=1000``: ``check --fix`` on real mails and on N mutations of them, judged from outside.

The mails come from public packages (``packaged.py``), the mutations from ``mutate.py``. What a reader sees is what Chromium shows
(``seen.js``), what stands in a source is what tinyhtml5 reads: neither is the checker's. The verdicts afterwards are held against
those of ``verdicts.js``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tinyhtml5

from tests.real.judge import Judge, browser
from tests.real.mutate import Mutator, source
from tests.real.oracle import POLICY, RULES, Score, browser_verdicts, compare
from tests.real.packaged import collected

SEEN = (Path(__file__).parent / "seen.js").read_text("utf-8")
FRANKING = str(Path(sys.executable).with_name("franking"))
_OTHER_WIDTHS = (480, 800)  # where an image that was taken out must not be seen either
_HTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Outcome:
    """What a run found; ``problems`` are lines that name the mail."""

    mails: int = 0
    changed: int = 0
    permitted: tuple[int, int] = (0, 0)  # before and after
    left: Counter[str] = field(default_factory=Counter)  # rules with errors afterwards, by mail
    taken_out: int = 0  # images that nobody sees
    score: Score = field(default_factory=Score)
    problems: list[str] = field(default_factory=list)


def mails(judge: Judge, number: int, start: int, largest: int) -> dict[str, str]:
    """All packaged mails of at most ``largest`` characters as they are, and ``number`` mutations of them."""
    found = {path.stem: html for path in collected() if len(html := path.read_text("utf-8")) <= largest}
    mutator = Mutator(judge, [source(name, html) for name, html in found.items()])
    for seed in range(start, start + number):
        origin, html, _ = mutator.mutated(seed)
        found[f"mutation-{seed:05}-{origin.name}"] = html
    return found


def run(number: int, start: int, largest: int = 1 << 20) -> Outcome:
    """Let the command fix all mails, and judge what it made of them."""
    with browser() as judge, tempfile.TemporaryDirectory() as work:
        before = mails(judge, number, start, largest)
        for name, html in before.items():
            (Path(work) / f"{name}.html").write_text(html, "utf-8", newline="")
        first = _command(work)[0]
        second, told = _command(work, "--fix")
        outcome = Outcome(len(before))
        outcome.permitted = tuple(sum(not errors for errors in all_.values()) for all_ in (first, second))  # type: ignore[assignment]
        for name, html in before.items():
            after = (Path(work) / f"{name}.html").read_bytes().decode("utf-8")
            outcome.left.update(set(second[name]))
            for problem in _told(name, html != after, first[name], second[name], told):
                outcome.problems.append(f"{name}: {problem}")
            if html == after:
                continue
            outcome.changed += 1
            outcome.problems += [f"{name}: {problem}" for problem in _lost(judge, html, after, outcome)]
            _agreement(judge, name, html, after, outcome)
        return outcome


def _command(folder: str, *options: str) -> tuple[dict[str, Counter[str]], str]:
    """The errors of each mail by rule, and what the command told."""
    done = subprocess.run(
        [FRANKING, "check", *options, "--format", "json", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    errors = {
        Path(message["source"]).stem: Counter(f["rule"] for f in message["findings"] if f["severity"] == "error")
        for message in messages
    }
    return errors, done.stderr


def _told(name: str, changed: bool, before: Counter[str], after: Counter[str], told: str) -> list[str]:
    """Whether the command said what it did, and whether nothing is worse."""
    problems = [f"{rule} is broken now" for rule in after.keys() - before.keys()]
    if after.total() > before.total():
        problems.append(f"{after.total()} errors, {before.total()} before")
    if changed != (f"/{name}.html: " in told.replace(f"/{name}.html: left as it is", "")):
        problems.append("changed and not told" if changed else "told as changed, and is not")
    return problems


def _lost(judge: Judge, before: str, after: str, outcome: Outcome) -> list[str]:
    """The words, pictures and links that a reader sees no longer."""
    problems: list[str] = []
    seen = {width: _seen(judge, before, width) for width in (*POLICY.widths, *_OTHER_WIDTHS)}
    for width in POLICY.widths:
        now = _seen(judge, after, width)
        for kind in ("words", "pictures", "links"):
            gone = seen[width][kind] - now[kind]
            problems += [f"{kind} lost at {width}: {key[:90]} ({times})" for key, times in gone.items()]
    one, other = _parsed(before), _parsed(after)
    for kind in ("words", "links"):
        problems += [f"{kind} lost in the source: {key[:90]}" for key in one[kind] - other[kind]]
    for key in (one["pictures"] - other["pictures"]).elements():
        outcome.taken_out += 1
        if any(shown.endswith(key) for width in seen for shown in seen[width]["pictures"]):
            problems.append(f"a picture is taken out that is seen: {key[:90]}")
    return problems


def _seen(judge: Judge, html: str, width: int) -> dict[str, Counter[str]]:
    judge.lay_out(html, width)
    found = judge.page.evaluate(SEEN)
    return {kind: Counter(found.get(kind, {})) for kind in ("words", "pictures", "links")}


def _parsed(html: str) -> dict[str, Counter[str]]:
    """What stands in a source, whoever sees it."""
    root = tinyhtml5.parse(html.replace("\r\n", "\n"))
    body = root.find(f"{_HTML}body")
    found: dict[str, Counter[str]] = {"words": Counter(), "pictures": Counter(), "links": Counter()}
    silent = {f"{_HTML}{tag}" for tag in ("script", "style", "template", "noscript")}
    for element in body.iter() if body is not None else ():
        if element is not body:
            found["words"].update((element.tail or "").split())
        if not isinstance(element.tag, str):  # a comment
            continue
        if element.tag not in silent:
            found["words"].update((element.text or "").split())
        if element.tag == f"{_HTML}img":
            found["pictures"][f"{_bare(element.get('src'))} {element.get('alt') or ''}"] += 1
        if element.tag in (f"{_HTML}a", f"{_HTML}area") and element.get("href") is not None:
            found["links"][_bare(element.get("href"))] += 1
    return found


def _bare(url: str | None) -> str:
    url = (url or "").strip()
    return url.partition(":")[2] if url.lower().startswith(("http:", "https:")) else url


def _agreement(judge: Judge, name: str, before: str, after: str, outcome: Outcome) -> None:
    """Hold the verdicts afterwards against the browser's, and those against the browser's before."""
    for width in POLICY.widths:
        known = len(outcome.score.disagreements)
        compare(judge, after, width, outcome.score)
        for _, _, rule, ours, theirs in outcome.score.disagreements[known:]:
            said = "rejects" if ours else "permits"
            outcome.problems.append(f"{name}: {rule} at {width}: the checker {said}, the browser {str(theirs)[:80]}")
        now = {rule for rule in browser_verdicts(judge, after, width) if rule in RULES}
        was = {rule for rule in browser_verdicts(judge, before, width) if rule in RULES} if now else now
        outcome.problems += [f"{name}: {rule} at {width} is violated now, says the browser" for rule in now - was]


def main() -> int:
    """Run from the command line; exit code 1 where anything is lost, worse or judged otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=0, help="of the first mutation; each has a number of its own")
    options = parser.parse_args()
    outcome = run(options.number, options.seed)
    sys.stdout.write(f"{report(outcome)}\n")
    for problem in outcome.problems:
        sys.stdout.write(f"  {problem}\n")
    return 1 if outcome.problems else 0


def report(outcome: Outcome) -> str:
    """The run in a line."""
    score = outcome.score
    left = ", ".join(f"{rule} {number}" for rule, number in outcome.left.most_common())
    return (
        f"{outcome.mails} mails, {outcome.changed} changed, {outcome.permitted[0]} permitted before and {outcome.permitted[1]} "
        f"after, {outcome.taken_out} unseen images taken out; {score.verdicts} verdicts, {len(score.disagreements)} disagreements, "
        f"{score.undecided} undecided; {len(outcome.problems)} problems. Left to a person: {left}"
    )


if __name__ == "__main__":
    sys.exit(main())
