"""The house: no module imports in a circle, not even for its types, and no file grows beyond what can be read at once."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from pathlib import Path

import grimp
import pytest
from typer.main import get_command

from franking.cli.main import app

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


def test_one_module_names_the_tables_of_the_queue() -> None:
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if "procrastinate_" in path.read_text("utf-8")
    ]
    assert naming == ["src/franking/outbox/jobs.py"]


def test_the_queue_has_the_tables_and_columns_that_are_asked_for() -> None:
    """They are no part of what Procrastinate promises: a version that changes them is noticed here."""
    schema = (files("procrastinate") / "sql" / "schema.sql").read_text("utf-8")
    tables = dict(re.findall(r"CREATE TABLE (\w+)\s*\((.*?)\);\n", schema, re.DOTALL))
    columns = {name: set(re.findall(r"(?:^|,)\s*(\w+) \w+", body, re.MULTILINE)) for name, body in tables.items()}
    assert {"id", "status", "worker_id", "priority", "args", "task_name"} <= columns["procrastinate_jobs"]
    assert {"id", "last_heartbeat"} <= columns["procrastinate_workers"]
    states = re.search(r"CREATE TYPE procrastinate_job_status AS ENUM \((.*?)\);", schema, re.DOTALL)
    assert states is not None
    assert {"'todo'", "'doing'"} <= set(re.findall(r"'\w+'", states[1]))


def test_nothing_but_packages_stands_at_the_top() -> None:
    here = ROOT / "src" / "franking"
    assert {path.name for path in here.glob("*.py")} == {"__init__.py", "errors.py"}
    assert [
        path.name
        for path in here.iterdir()
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").is_file()
    ] == []


def test_use_cases_print_nothing() -> None:
    printing = [
        p.name
        for p in (ROOT / "src/franking/batch").glob("*.py")
        if re.search(r"\bprint\(|sys\.std(?:out|err)", p.read_text("utf-8"))
    ]
    assert printing == []


def test_a_command_has_its_own_file() -> None:
    names = {name.replace("-", "_") for name in get_command(app).commands}  # type: ignore[attr-defined]
    assert names == {path.stem for path in (ROOT / "src/franking/cli/commands").glob("*.py")} - {"__init__"}
