"""Explains what stands at a position: the rules of its findings, variables, macros and functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from franking.batch.rules import all_rules
from franking.lsp.completion import GLOBALS_ABOUT, variable_about
from franking.lsp.cursor import code_at, name_at, string_at
from franking.lsp.problems import Problem
from franking.lsp.sources import Sources
from franking.policy import Policy
from franking.rendering.values import PROVIDED


def name_page(sources: Sources, path: Path, text: str, offset: int) -> str:
    """What a name in a template or in ``kind.toml`` is, as Markdown; "" if nothing is known of it."""
    found = name_at(text, offset)
    if found is None:
        return ""
    name, start, _ = found
    declared = sources.declared(path)
    if path.name == "kind.toml":
        return _variable(sources, path, name) if name in declared else ""
    if not path.name.endswith(".j2") or code_at(text, offset) is None or string_at(text, offset) is not None:
        return ""
    macro = sources.imported(path).get(name)
    if macro is not None:
        return f"```jinja\n{macro.name}({macro.parameters})\n```\n{macro.comment}\n\n{sources.project.shown(macro.file)}"
    name = name.partition(".")[0]
    if name in declared or (name in PROVIDED and sources.kind_folder(path) is not None):
        return _variable(sources, path, name)
    about = GLOBALS_ABOUT.get(name, "")
    return f"`{name}`: {about}" if about and text[start - 1 : start] != "." else ""


def _variable(sources: Sources, path: Path, name: str) -> str:
    variable = sources.declared(path).get(name)
    if variable is None:
        return f"`{name}`: a variable of the order; declare it in kind.toml under [variables]"
    return f"`{name}`: {variable_about(variable)}\n\n{sources.project.shown(variable.file)}"


def rule_pages(problems: Sequence[Problem], policy: Policy | None) -> str:
    """The pages of the rules of some findings, as Markdown, as ``franking explain`` prints them."""
    return "\n\n---\n\n".join(
        page for slug in dict.fromkeys(problem.rule for problem in problems) if (page := _rule_page(slug, policy))
    )


def _rule_page(slug: str, policy: Policy | None) -> str:
    rule = next((rule for rule in all_rules() if rule.slug == slug), None)
    if rule is None:
        return ""
    page = f"**{rule.slug}** ({rule.severity}): {rule.summary}\n\n" + rule.manual.replace("``", "`").replace("::\n", ":\n")
    source = policy.sources.get(rule.source, rule.source) if policy is not None else rule.source
    return f"{page}\n\nSource: {source}"
