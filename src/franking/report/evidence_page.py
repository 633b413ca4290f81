"""The evidence for the messages of an order as a page: one HTML file without external resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_NONE = "not recorded"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem auto; padding: 0 1rem }
body { max-width: 60rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 1px solid #c8ccd1; padding-top: 1rem }
h3 { font-size: 1rem; margin-top: 1.5rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0 }
th, td { border-bottom: 1px solid #e3e6ea; overflow-wrap: anywhere }
th { font-weight: 600 } .facts th { width: 13rem }
@media print { body { margin: 0; max-width: none } h2 { break-before: page } h2:first-of-type { break-before: auto } }
"""
_STATES = {"sent": "sent: a server took it", "ambiguous": "may have been sent: the server's reply was lost"}
_BASIS = {
    "message": "this message, checked as a whole",
    "shape": "a proof for all messages of this shape",
    "own texts": "this message's own texts",
    "shape and own texts": "a proof for all messages of this shape, and this message's own texts",
}


def evidence_page(document: Mapping[str, Any]) -> str:
    """The page for a document of ``batch.evidence``."""
    messages: Sequence[Mapping[str, Any]] = document["messages"]
    body = "".join(map(_message, messages)) or "<p>The ledger has no message for this order.</p>"
    title = f"Messages for order {escape(document['order'])}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>Seller account {escape(document['seller'])}. What follows is from the seller's ledger. "
        "It holds no text of a message and no address. All times are in UTC.</p>"
        f"{body}</body></html>\n"
    )


def _message(message: Mapping[str, Any]) -> str:
    times, facts = message["times"], message["facts"]
    rows = [
        ("State", _STATES.get(message["state"], message["state"])),
        ("Message-ID", message["message_id"]),
        ("Queued", times["queued"]),
        *([("First queued", times["first_queued"])] if times["first_queued"] != times["queued"] else []),
        ("Taken to be sent", times["claimed"] or _NONE),
        ("Sent", times["sent"] or "no"),
        ("Last reply", message["reply"] or "none"),
        ("Size", f"{message['size']:,} bytes" if message["size"] is not None else _NONE),
    ]
    tried = [(one["at"], one["state"], one["reply"]) for one in message["attempts"]]
    parts = [
        f"<h2>{escape(message['kind'])}</h2>",
        _pairs(rows),
        "<h3>Attempts and changes</h3>",
        _table(("At", "Became", "Reply or reason"), tried),
    ]
    if facts is None:
        parts.append("<p>What was judged of this message was not recorded.</p>")
    else:
        parts += _judged(facts, message["facts_digest"])
    return "".join(parts)


def _judged(facts: Mapping[str, Any], digest: str) -> Iterator[str]:
    policy = facts["policy"]
    yield "<h3>What was sent, and by which rules</h3>"
    yield _pairs(
        [
            ("Policy", f"{policy['name']}, version {policy['version']}"),
            ("Policy, SHA-256", policy["digest"]),
            ("Channel", facts["channel"]),
            ("Marketplace", facts["marketplace"] or "none"),
            ("Language", f"{facts['language']} ({facts['locale']})"),
            ("Templates, SHA-256", facts["templates"]),
            ("Theme", facts["theme"]),
            ("Theme, SHA-256", facts["theme_files"]),
            ("This record, SHA-256", digest),
        ]
    )
    yield "<h3>Rules about the message</h3>"
    if facts["by_shape"]:
        widest = ", ".join(f"{extent:g}" for extent in facts["extents"])
        values = f" (values whose longest unbreakable parts are at most as wide as {widest} digits)" if widest else ""
        yield (
            "<p>This message was made from a shape: what all messages of it have in common was checked once. Two messages were "
            f"laid out that stand for all: one with the narrowest values, one with the widest{values}. Measured values are "
            "those of the two. A rule kept by the proof is kept by every message of the shape.</p>"
        )
    yield _table(
        ("Rule", "Verdict", "Rests on", "Limit", *(f"At {w} px" for w in facts["widths"])),
        [
            (
                rule["rule"],
                _verdict(rule),
                _BASIS[rule["basis"]] if rule["verdict"] != "off" else "",
                _limit(rule),
                *(_measured(rule, width) for width in facts["widths"]),
            )
            for rule in facts["rules"]
        ],
    )
    yield "<h3>Rules about the order, judged before the message was queued</h3>"
    yield _table(("Rule", "Verdict"), [(rule["rule"], rule["verdict"]) for rule in facts["permission"]])
    yield "<h3>Values of the policy</h3>"
    yield _table(
        ("Value", "Is", "Written in", "Since"),
        [(name, f"{value:g}", *policy["sources"][name]) for name, value in policy["values"].items()],
    )


def _verdict(rule: Mapping[str, Any]) -> str:
    return f"{rule['verdict']} ({rule['findings']})" if "findings" in rule else str(rule["verdict"])


def _limit(rule: Mapping[str, Any]) -> str:
    return f"{rule['limit']:g} ({rule['value']})" if "limit" in rule else ""


def _measured(rule: Mapping[str, Any], width: int) -> str:
    if "measured" not in rule:
        return ""
    values = rule["measured"].get(str(width))
    if values is None:
        return "nothing to measure"
    least, most = values
    return f"{least:g}" if least == most else f"{least:g} and {most:g}"


def _pairs(rows: Sequence[tuple[str, object]]) -> str:
    cells = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>' for name, value in rows)
    return f'<table class="facts">{cells}</table>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
