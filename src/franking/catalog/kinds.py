"""Reads ``templates/<kind>/``: the declaration of a kind and its sample orders."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from franking.catalog.samples import read_sample
from franking.catalog.toml import line_of, read_kind_file
from franking.errors import TemplateError
from franking.model import AllowedAttachment, Kind, Variable

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def markups(folder: Path) -> list[Literal["html", "mjml"]]:
    """Markup languages of messages. The first one that exists is sent unless another is selected."""
    known: tuple[Literal["html", "mjml"], ...] = ("html", "mjml")
    return [markup for markup in known if (folder / f"message.{markup}.j2").is_file()]


def read_kind(folder: Path, markup: Literal["html", "mjml"] | None = None) -> Kind:
    """Read one kind, in its first markup or a given one. Raises ``TemplateError`` with file, line and the expected value."""
    path = folder / "kind.toml"
    data = read_kind_file(path)
    found = markups(folder)
    chosen = markup or (found[0] if found else "html")
    for needed in (f"message.{chosen}.j2", "subject.txt.j2"):
        if not (folder / needed).is_file():
            raise TemplateError(
                f"{folder / needed}: no such file; a kind has kind.toml, subject.txt.j2 and message.html.j2 or .mjml.j2"
            )
    return Kind(
        name=folder.name,
        path=str(folder),
        title=data["title"],
        purpose=data["purpose"],
        window=data["window"],
        states=frozenset(data["states"]),
        needs=frozenset(data["needs"]),
        variables=tuple(
            Variable(
                name, v["about"], v["type"], v["optional"], line_of(path, "variables", name), v["given"], tuple(v["choices"])
            )
            for name, v in data["variables"].items()
        ),
        allowed_links=data["links"]["allowed"],
        allowed_phones=data["phones"]["allowed"],
        allowed_attachments=tuple(
            AllowedAttachment(
                a["purpose"], tuple(a["files"]), tuple(t.lower() for t in a["types"]), a["max_bytes"], a["reason"]
            )
            for a in data["attachments"]["allowed"]
        ),
        attachment_needed=data["attachments"]["required"],
        duplicates_marketplace=data["duplicates_marketplace"],
        markup=chosen,
        samples=tuple(read_sample(file) for file in sorted((folder / "samples").glob("*.json"))),
    )


def kind_names(templates: Path) -> list[str]:
    """The kinds in a templates folder. Raises ``TemplateError`` if there is no such folder."""
    return folder_names(templates, "kind.toml", "--templates")


def folder_names(folder: Path, file: str, option: str) -> list[str]:
    """The folders in one that have a file and a name that is one of ours; ``option`` is how the folder is passed."""
    if not folder.is_dir():
        raise TemplateError(
            f"{folder}: no such folder; create a project with `franking init`, run franking in the project folder, "
            f"or pass {option}"
        )
    return sorted(p.parent.name for p in folder.glob(f"*/{file}") if NAME.fullmatch(p.parent.name))
