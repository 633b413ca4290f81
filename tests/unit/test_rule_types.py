"""Rules are typed values: what a rule's file defines is in its ``CHECK``, and a file without one is an error."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from franking.check import registry, rules
from franking.check.rule import CheckRule
from franking.model import Rule
from franking.permit import engine
from franking.permit import rules as permit_rules_package

SRC = Path(__file__).parents[2] / "src" / "franking"
PARTS = {"check_page": "on_page", "check_message": "on_message", "inert": "inert", "plain": "plain", "concerned": "concerned",
         "fix_page": "fix_page", "fix": "fix"}  # fmt: skip
FILES = sorted(p for p in (SRC / "check" / "rules").glob("*.py") if p.name != "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_rule_registers_all_that_it_defines(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    defined = {PARTS[node.name]: node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in PARTS}
    call = next(n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "CHECK")
    assert isinstance(call, ast.Call)
    given = {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg in PARTS.values()}
    assert given == defined


def test_rules_are_not_probed_by_name() -> None:
    proofs = ("shape_cache/value_proof.py", "shape_cache/shape_proof.py")
    for name in ("check/registry.py", "permit/engine.py", "check/engine.py", "check/fix.py", *proofs):
        text = (SRC / name).read_text("utf-8")
        assert "getattr(" not in text, name
        assert "hasattr(" not in text, name


@pytest.mark.parametrize(
    ("package", "find", "name"),
    [(rules, registry.check_rules, "check"), (permit_rules_package, engine.permit_rules, "permit")],
)
@pytest.mark.parametrize("text", ["", "CHECK = None", "RULE = CHECK = 'image-width'"])
def test_a_file_without_a_rule_is_told(
    package: object, find: Callable[[], object], name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd_one.py").write_text(text)
    monkeypatch.setattr(package, "__path__", [str(tmp_path)])
    full = f"franking.{name}.rules.odd_one"
    monkeypatch.delitem(sys.modules, full, raising=False)
    with pytest.raises(TypeError, match=rf"{name}/rules/odd_one\.py: found no rule"):
        inspect.unwrap(find)()
    sys.modules.pop(full, None)


def test_a_rule_that_checks_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="neither on_page nor on_message"):
        CheckRule(rule=Rule("a", "error", "b", "look", "check", "c"))
