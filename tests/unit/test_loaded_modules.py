"""What each command loads: a command that is called twenty times a day must not pay for the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_ledger_view import filled

HEAVY = {
    "alembic", "aiosmtplib", "asyncio", "babel", "css_inline", "email", "emoji", "franking.batch.pipeline", "franking.catalog", "franking.channels",
    "franking.check", "franking.css", "franking.dispatch", "franking.layout", "franking.lexicons", "franking.model.orders", "franking.permit",
    "franking.policy", "franking.rendering", "franking.shape_cache", "httpx", "jinja2", "multiprocessing", "phonenumbers", "pydantic",
    "pydantic_core", "rich", "sqlalchemy", "sqlite3", "tinycss2", "turbohtml", "typer",
}  # fmt: skip
ROOT = Path(__file__).parents[2]
PLAN = (
    f"plan {ROOT}/docs/examples/amazon.com-unshipped.txt --kind order_confirmation --as-of 2026-11-24T12:00:00Z "
    f"--templates {ROOT}/templates --themes {ROOT}/themes --demo"
)
LOADED = {
    "--version": {"email"},  # by importlib.metadata, which tells the version
    "--help": {"typer"},
    "rules": {"typer"},
    "rules --format json": {"typer"},
    "explain image-width": {"typer"},
    "status": {"sqlite3", "typer"},
    "status --format json": {"sqlite3", "typer"},
    PLAN: {
        "babel",
        "franking.batch.pipeline",
        "franking.catalog",
        "franking.model.orders",
        "franking.permit",
        "franking.policy",
        "franking.rendering",
        "jinja2",
        "sqlite3",
        "typer",
    },
    "suppress --help": {"typer"},
    **{f"{name} --help": {"typer"} for name in ("send", "fetch", "run", "adjust", "ship-confirm", "feeds")},
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache on disk in which the kind and the theme of ``PLAN`` are known to be valid."""
    folder = tmp_path_factory.mktemp("cache")
    catalog = "from franking.catalog import Catalog; from pathlib import Path; "
    read = f"c = Catalog(Path({str(ROOT / 'templates')!r}), Path({str(ROOT / 'themes')!r})); "
    code = f"{catalog}{read}c.kind('order_confirmation'); c.theme('plain')"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "FRANKING_CACHE": str(folder)})
    return folder


@pytest.mark.parametrize("command", LOADED)
def test_a_command_loads_no_more_than_it_needs(tmp_path: Path, cache: Path, command: str) -> None:
    filled(tmp_path / "franking.db", 1).close()
    code = f"""
import json, sys
sys.argv = ["franking", *{command.split()!r}]
from franking.cli.entry import run
try:
    run()
except SystemExit as end:
    assert end.code in (0, 3), end.code
sys.stderr.write("\\n" + json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "FRANKING_CACHE": str(cache)},
    )  # fmt: skip
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert loaded & HEAVY == LOADED[command]
    assert done.stdout


def test_a_ledger_in_a_file_loads_nothing_for_a_server_and_kinds_in_html_nothing_for_mjml() -> None:
    code = """
import sys
import franking.outbox.ledger, franking.rendering
assert "sqlalchemy" in sys.modules
franking.rendering.Renderer
print([name for name in ("sqlalchemy.dialects.postgresql", "alembic", "xml.sax", "urllib.request") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_messages_from_stored_proofs_need_no_parser_and_no_layout() -> None:
    code = """
import sys
from franking.shape_cache import Shapes
from franking.check.registry import rules_about_values
rules_about_values()
print([name for name in ("turbohtml", "tinycss2", "css_inline", "franking.layout.flow", "franking.check.page") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
