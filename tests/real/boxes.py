"""``python -m tests.real.boxes``: small cases of each formatting context with the boxes that the browser gives them.

They are kept as JSON in ``tests/data/boxes`` and held against the layout engine by ``tests/unit/test_frozen_boxes.py``. The
words of ``cases.py`` are their vocabulary, drawn by the number of the case: none of the checker's code or tables is used.
Of each element the border box is kept (left edge and width in CSS px); the left edge of an inline-level box beside text is
left out (it stands where its line breaks), and so are margins and paddings of 0.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.real.cases import CONTEXTS
from tests.real.judge import browser

FOLDER = Path(__file__).parents[1] / "data" / "boxes"
WIDTHS = (360, 600)
NUMBER = 640  # of each context
_AT_ONCE = 80
# Messages in frames of the message's width, many at once; what is read is in document order, <head> left out.
_READ = """async ([documents, widths]) => {
  const VISIBLE = /[^\\s\\u200b-\\u200f\\ufeff\\u00ad]/;
  const px = value => Math.round((parseFloat(value) || 0) * 100) / 100;
  const facts = (frame) => {
    const view = frame.contentWindow, page = frame.contentDocument;
    const style = e => view.getComputedStyle(e);
    const withText = e => [...e.childNodes].some(n => n.nodeType === 3 && VISIBLE.test(n.data));
    const loose = e => {  // an inline-level box whose place on the line depends on text
      if (!style(e).display.startsWith('inline') && !['img', 'svg', 'video'].includes(e.localName)) return false;
      if (style(e).display === 'block' || style(e).float !== 'none' || /absolute|fixed/.test(style(e).position)) return false;
      let block = e.parentElement;
      while (block.parentElement && ['inline', 'contents'].includes(style(block).display)) block = block.parentElement;
      if (/flex|grid/.test(style(block).display)) return false;
      return withText(block) || [...block.querySelectorAll('*')].some(
        n => withText(n) && !n.closest('[data-frame]') && (() => { let b = n; while (b !== block && ['inline', 'contents'].includes(style(b).display)) b = b.parentElement; return b === block; })());
    };
    const under = e => { for (let p = e.parentElement; p; p = p.parentElement) if (loose(p)) return true; return loose(e); };
    return [...page.querySelectorAll('html, body, body *')].map(e => {
      const s = style(e);
      if (s.display === 'none' || (s.display !== 'contents' && !e.getClientRects().length)) return 0;
      if (['inline', 'contents'].includes(s.display) && !['img', 'svg', 'video'].includes(e.localName)) return 1;
      const r = e.getBoundingClientRect();
      const box = [under(e) ? null : px(r.left + view.scrollX), px(r.width), px(s.marginLeft), px(s.marginRight), px(s.paddingLeft), px(s.paddingRight)];
      if (s.display.includes('table') && s.borderCollapse === 'collapse') box.length = 4;  // its padding does not count
      while (box.length > 2 && box[box.length - 1] === 0) box.pop();
      return box;
    });
  };
  const result = [];
  for (const html of documents) result.push(widths.map(width => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.style.cssText = `border:0;width:${width}px;height:800px;position:absolute;left:0;top:0`;
    frame.addEventListener('load', () => {
      const own = frame.contentDocument.createElement('style');
      own.textContent = ':where(body:not([leftmargin],[marginwidth])){margin-left:0} :where(body:not([rightmargin],[marginwidth])){margin-right:0} :where(body){margin-top:0;margin-bottom:0} ::-webkit-scrollbar{display:none}';
      own.setAttribute('data-frame', '');
      frame.contentDocument.head.prepend(own);
      done(facts(frame));
      frame.remove();
    });
    frame.srcdoc = html;
    document.body.append(frame);
  })));
  return await Promise.all(result.map(each => Promise.all(each)));
}"""


def case(context: str, number: int) -> str:
    """The message of a case: the same number gives the same message."""
    return CONTEXTS[context](random.Random(f"{context} {number}"))


def laid_out(page: Page, messages: list[str]) -> list[list[Any]]:
    """For each message and width, what the browser lays out: for each element its box, 1 where it is inline, 0 where it
    has none."""
    page.set_viewport_size({"width": 1000, "height": 900})
    page.set_content("<!DOCTYPE html><body></body>")
    found: list[list[Any]] = []
    for start in range(0, len(messages), _AT_ONCE):
        found += page.evaluate(_READ, [messages[start : start + _AT_ONCE], list(WIDTHS)])
    return found


def frozen(context: str) -> list[list[Any]]:
    """The cases kept of a context: message, boxes at each width."""
    rows: list[list[Any]] = json.loads((FOLDER / f"{context}.json").read_text("utf-8"))["cases"]
    return rows


def write(page: Page, context: str, number: int) -> None:
    """Make and keep the cases of a context."""
    messages = dict.fromkeys(case(context, at) for at in range(number * 2))
    chosen = list(messages)[:number]
    boxes = laid_out(page, chosen)
    head = {"about": "Small messages and Chromium's boxes at 360 and 600 px: python -m tests.real.boxes"}
    lines = ",\n".join(json.dumps([html, *at], separators=(",", ":")) for html, at in zip(chosen, boxes, strict=True))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{context}.json").write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n', "utf-8")


def main() -> None:
    """Make all of them, or those of the contexts named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contexts", nargs="*", metavar="CONTEXT", help=f"one of {', '.join(CONTEXTS)}")
    parser.add_argument("--number", type=int, default=NUMBER)
    options = parser.parse_args()
    with browser() as judge:
        for context in options.contexts or CONTEXTS:
            write(judge.page, context, options.number)
            sys.stdout.write(f"{context}: {options.number} cases\n")


if __name__ == "__main__":
    main()
