"""Peers on Node: what their authors' users run for one step of ours, on the same orders.

``juice`` inlines the same rendered messages, ``mjml`` turns the same rendered MJML into HTML, and ``react-email`` renders a
component that shows the same facts. None of them checks anything, writes a text part or makes MIME.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from franking.batch.pipeline import Pipeline
from franking.model import Order

PACKAGES = ("juice@11.1.1", "mjml@4.18.0", "react@19.3.1", "react-dom@19.3.1", "@react-email/render@2.3.1")
_SCRIPT = """
const fs = require("fs");
const inputs = JSON.parse(fs.readFileSync("inputs.json", "utf8"));
async function timed(one, list) {
  await one(list[0]);
  const start = process.hrtime.bigint();
  for (const entry of list) await one(entry);
  return list.length / (Number(process.hrtime.bigint() - start) / 1e9);
}
const { createElement: h } = require("react");
const { render } = require("@react-email/render");
const mail = (o) => h("html", { lang: "de" }, h("body", null,
  h("h1", { style: { fontSize: "24px" } }, "Ihre Bestellung ist eingegangen"),
  h("p", { style: { margin: "0 0 14px" } }, `Guten Tag ${o.buyer},`),
  h("table", { style: { width: "100%" } }, h("tbody", null,
    h("tr", null, h("td", null, "Bestellnummer"), h("td", null, o.id)),
    ...o.items.map((i) => h("tr", { key: i.title }, h("td", { style: { padding: "10px 12px" } }, i.title),
      h("td", null, i.quantity), h("td", null, i.price))))),
  h("p", null, h("a", { href: o.url }, `Bestellung ${o.id} im Konto ansehen`))));
(async () => {
  const juice = require("juice");
  const mjml = require("mjml");
  console.log(JSON.stringify({
    node_juice: await timed((html) => juice(html), inputs.html),
    node_mjml: await timed((source) => mjml(source), inputs.mjml),
    node_react_email: await timed((order) => render(mail(order)), inputs.orders),
  }));
})();
"""


def rates(html: Pipeline, mjml: Pipeline, orders: Sequence[Order], rounds: int) -> dict[str, list[float]]:
    """Messages per second of each peer, in each round."""
    from tests.real.npm import WORK, install

    for package in PACKAGES:
        install(package)
    inputs = {
        "html": [html._renderer.render(order, "de", "de_DE").html for order in orders],
        "mjml": [_source(mjml, order) for order in orders],
        "orders": [
            {"id": order.id, "buyer": order.buyer_name, "url": f"https://www.amazon.de/order?id={order.id}",
             "items": [{"title": i.title, "quantity": i.quantity, "price": f"{i.price} EUR"} for i in order.items]}
            for order in orders
        ],
    }  # fmt: skip
    (WORK / "inputs.json").write_text(json.dumps(inputs), "utf-8")
    (WORK / "peers.cjs").write_text(_SCRIPT, "utf-8")
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        done = subprocess.run(["node", "peers.cjs"], cwd=WORK, capture_output=True, text=True, check=True)
        for name, value in json.loads(done.stdout).items():
            found.setdefault(name, []).append(float(value))
    return found


def _source(pipeline: Pipeline, order: Order) -> str:
    """The rendered MJML, before it is made HTML."""
    renderer = pipeline._renderer
    return renderer._traced(order, "x", "de", "de_DE").text
