"""The house: no module imports in a circle, not even for its types, and no file grows beyond what can be read at once."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
LINES = 300


def circle(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle in the order of their imports, none where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_in_a_circle() -> None:
    graph = grimp.build_graph("franking", cache_dir=None)  # imports within functions and for types count as well
    files = len(list((ROOT / "src" / "franking").rglob("*.py")))
    assert len(graph.modules) == files
    assert circle({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


@pytest.mark.parametrize("imports", [{"a": {"b"}, "b": {"a"}}, {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}])
def test_a_circle_is_noticed(imports: dict[str, set[str]]) -> None:
    assert {"a", "b"} <= set(circle(imports))


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    lines = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert {path: number for path, number in lines.items() if number > LINES} == {}


def test_one_module_imports_the_parser() -> None:
    using = [
        path
        for path in (ROOT / "src").rglob("*.py")
        if "turbohtml" in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert [path.name for path in using] == ["parser.py"]
