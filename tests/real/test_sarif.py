"""The SARIF report against the standard's own schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from franking.cli.main import app
from tests.real.npm import unpack
from tests.unit.test_rule_cases import all_cases

pytestmark = pytest.mark.real


def test_sarif_is_valid_whatever_is_found(tmp_path: Path) -> None:
    """All rejected cases of all rules, and a clean message, in one log."""
    schema = json.loads((unpack("@microsoft/jest-sarif@1.0.0-beta.0", "sarif", "lib/schemas") / "lib" / "schemas" /
                         "sarif-2.1.0-rtm.5.json").read_text("utf-8"))  # fmt: skip
    for number, case in enumerate(case for case in all_cases() if "html" in case.values[2]):  # others are plain texts
        (tmp_path / f"{number}.html").write_text(case.values[2]["html"] * case.values[2].get("repeat", 1), "utf-8")
    (tmp_path / "odd name ä&#.html").write_text("<p style='color:red'>x</p>", "utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path), "--format", "sarif"])
    log = json.loads(result.stdout)
    jsonschema.Draft7Validator(schema).validate(log)
    run = log["runs"][0]
    assert len(run["results"]) > 300
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {found["ruleId"] for found in run["results"]} <= known
    broken = {"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}
    with pytest.raises(jsonschema.ValidationError):  # the schema does judge
        jsonschema.Draft7Validator(schema).validate(broken)
