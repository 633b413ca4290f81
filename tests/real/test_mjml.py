"""MJML beside its own implementation on Node: the table of components, what is valid, and where Chromium lays things out."""

from __future__ import annotations

import itertools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from franking.rendering.mjml import MjmlProblem, _with_defaults, convert, defaults
from franking.rendering.mjml_check import check
from franking.rendering.mjml_table import components
from tests.real.npm import WORK, install
from tests.real.pictures import browser_page

pytestmark = pytest.mark.real
_TABLE = """
require("mjml");
const { components } = require("mjml-core");
const { dependencies } = require("mjml-validator");
const found = {};
for (const [name, c] of Object.entries(components))
  found[name] = { attributes: c.allowedAttributes || {}, html: !!c.endingTag };
const children = {};
for (const [name, list] of Object.entries(dependencies)) children[name] = list.map(String);
console.log(JSON.stringify({ found, children }));
"""
_CONVERT = """
const mjml = require("mjml");
const inputs = JSON.parse(require("fs").readFileSync("mjml-inputs.json", "utf8"));
(async () => {
  const found = [];
  for (const text of inputs) {
    try {
      const made = await mjml(text, { validationLevel: "soft" });
      found.push({ html: made.html, errors: made.errors.map((e) => e.message) });
    } catch (e) { found.push({ html: "", errors: null }); } // its validator says nothing where its renderer fails
  }
  require("fs").writeFileSync("mjml-outputs.json", JSON.stringify(found));
})();
"""
# Valid here and not there: values that leave the decision to the mailbox.
_MAILBOX = {("line-height", "normal"), ("letter-spacing", "normal"), ("color", "currentcolor")}
_VALUES = ("12px", "5%", "1.5", "0", "1px 2px", "1px 2px 3px 4px", "1px 2px 3px 4px 5px", "wide", "red", "reddish", "#abc", "#abcd",
           "rgb(1, 2, 3)", "left", "middle", "top", "true", "yes", "auto", "-1px", "12", "full-width", "")  # fmt: skip
_HOMES = {"mj-text": "mj-column", "mj-section": "mj-body", "mj-column": "mj-section"}


def node(script: str, inputs: list[str] | None = None) -> Any:
    """What a script prints, or the outputs that it writes for inputs."""
    install("mjml@4.18.0")
    (WORK / "mjml.cjs").write_text(script, "utf-8")
    if inputs is None:
        return json.loads(subprocess.run(["node", "mjml.cjs"], cwd=WORK, capture_output=True, text=True, check=True).stdout)
    (WORK / "mjml-inputs.json").write_text(json.dumps(inputs), "utf-8")
    subprocess.run(["node", "mjml.cjs"], cwd=WORK, check=True)
    return json.loads((WORK / "mjml-outputs.json").read_text("utf-8"))


def test_the_table_is_that_of_the_package() -> None:
    theirs = node(_TABLE)
    ours = components()
    assert set(ours) == set(theirs["found"]) | set(theirs["children"])
    for name, entry in theirs["found"].items():
        own = {a: t for a, t in ours[name].attributes.items() if (name, a) not in (("mj-selector", "path"),)}
        assert (own, ours[name].html) == (entry["attributes"], entry["html"]), name
    for name, children in theirs["children"].items():
        assert ours[name].children == {c for c in children if not c.startswith("/")}, name  # a pattern: any component


def test_attributes_are_valid_as_they_are_there() -> None:
    texts: list[str] = []
    cases: list[tuple[str, str, str]] = []
    for name in ("mj-section", "mj-column", "mj-text", "mj-button", "mj-image", "mj-table", "mj-divider", "mj-spacer", "mj-wrapper",
                 "mj-group", "mj-hero"):  # fmt: skip
        names = [*components()[name].attributes, "colour", "bgcolor"]
        for attribute, value in itertools.product(names, _VALUES):
            cases.append((name, attribute, value))
            texts.append(
                f"<mjml><mj-head><mj-attributes /></mj-head><mj-body>{_placed(name, attribute, value)}</mj-body></mjml>"
            )
    differ = []
    for case, text, made in zip(cases, texts, node(_CONVERT, texts), strict=True):
        name, attribute, value = case
        if attribute in components()[name].ignored or (attribute, value) in _MAILBOX or made["errors"] is None:
            continue
        if components()[name].attributes.get(attribute) == "integer":
            continue  # there, anything with a digit in it
        try:
            check(text)
            ours = True
        except MjmlProblem:
            ours = False
        if ours != (not made["errors"]):
            differ.append((*case, ours, made["errors"]))
    assert len(cases) > 3000
    assert differ == []


def _placed(name: str, attribute: str, value: str) -> str:
    tag = f'<{name} {attribute}="{value}">x</{name}>'.replace(">x<", "><") if name not in ("mj-text", "mj-button") else (
        f'<{name} {attribute}="{value}">x</{name}>')  # fmt: skip
    if name in ("mj-section", "mj-wrapper", "mj-hero"):
        return tag
    if name in ("mj-column", "mj-group"):
        return f"<mj-section>{tag}</mj-section>"
    return f"<mj-section><mj-column>{tag}</mj-column></mj-section>"


_LONG = "A lamp of oak with a shade of linen, a cable of two metres and a switch of brass, packed by hand"
_IMAGE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='100'/%3E"
_BODIES = [
    f"<mj-section><mj-column><mj-text><p id='a'>{_LONG}</p></mj-text><mj-text padding='4px 12px'><b id='b'>x</b></mj-text></mj-column></mj-section>",
    "<mj-section padding='10px 20px'><mj-column><mj-text><i id='a'>left</i></mj-text></mj-column><mj-column><mj-text><i id='b'>right</i></mj-text></mj-column></mj-section>",
    "<mj-section><mj-column width='30%'><mj-text><i id='a'>left</i></mj-text></mj-column><mj-column width='70%'><mj-text><i id='b'>right</i></mj-text></mj-column></mj-section>",
    "<mj-section><mj-group><mj-column><mj-text><i id='a'>one</i></mj-text></mj-column><mj-column><mj-text><i id='b'>two</i></mj-text></mj-column></mj-group></mj-section>",
    f"<mj-section><mj-column><mj-button href='https://www.amazon.de/'><b id='a'>View the order</b></mj-button><mj-divider /><mj-text><i id='b'>{_LONG}</i></mj-text></mj-column></mj-section>",
    f"<mj-section><mj-column><mj-image src=\"{_IMAGE}\" alt='x' /><mj-text><i id='b'>under it</i></mj-text></mj-column></mj-section>",
    f"<mj-section><mj-column padding='0 30px'><mj-image src=\"{_IMAGE}\" alt='x' width='200px' padding='5px' /><mj-spacer height='33px' /><mj-text><i id='b'>under it</i></mj-text></mj-column></mj-section>",
    "<mj-section><mj-column><mj-table><tr><th>Part</th><th>Number</th></tr><tr><td id='a'>Lamp of oak</td><td id='b'>2</td></tr></mj-table></mj-column></mj-section>",
    f"<mj-wrapper padding='12px' border='1px solid red'><mj-section><mj-column><mj-text><p id='a'>{_LONG}</p></mj-text></mj-column></mj-section><mj-section padding='9px'><mj-column><mj-text><i id='b'>x</i></mj-text></mj-column></mj-section></mj-wrapper>",
    f"<mj-section full-width='full-width' background-color='#eeeeee'><mj-column><mj-text><p id='a'>{_LONG}</p></mj-text></mj-column></mj-section>",
    f"<mj-hero><mj-text><p id='a'>{_LONG}</p></mj-text></mj-hero>",
    "<mj-section><mj-column><mj-text mj-class='loud'><b id='a'>x</b></mj-text><mj-raw><tr><td id='b' style='font-size:16px'>raw</td></tr></mj-raw></mj-column></mj-section>",
]
_BOXES = """() => [...document.querySelectorAll("#a, #b, img")].map(e => {
  const r = e.getBoundingClientRect(); return [e.id || e.tagName, r.left, r.top, r.width, r.height]; })"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_chromium_lays_it_out_as_it_lays_out_theirs(tmp_path: Path, direction: str) -> None:
    given = defaults(direction, 288)
    texts = [
        f'<mjml dir="{direction}"><mj-head><mj-attributes><mj-class name="loud" font-size="22px" /></mj-attributes></mj-head>'
        f"<mj-body>{body}</mj-body></mjml>"
        for body in _BODIES
    ]
    theirs = node(_CONVERT, [_with_defaults(text, given)[0] for text in texts])
    differ = []
    with browser_page() as page:
        for text, other, width in ((t, o, w) for t, o in zip(texts, theirs, strict=True) for w in (360, 600)):
            check(text)
            page.set_viewport_size({"width": width, "height": 800})
            boxes = []
            for html in (convert(text, given), other["html"]):
                page.set_content(html)
                boxes.append(page.evaluate(_BOXES))
            assert boxes[0]
            near = len(boxes[0]) == len(boxes[1]) and all(
                a[0] == b[0] and max(abs(x - y) for x, y in zip(a[1:], b[1:], strict=True)) <= 1
                for a, b in zip(*boxes, strict=True)
            )
            if not near:
                differ.append((width, text[text.index("<mj-body>") :][:120], boxes))
    assert differ == []
