"""``franking plan`` over a folder of odd reports: what it makes of each stands beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.errors import FrankingError
from franking.model import Order
from franking.orders import open_orders
from tests.brand import own_themes
from tests.data.make_reports import FILES, FOLDER

ROOT = Path(__file__).parents[2]
EXPECTED: dict[str, dict[str, Any]] = {
    case: outcome
    for name in ("expected.yml", "expected-orders.yml")
    for case, outcome in yaml.safe_load((FOLDER / name).read_text("utf-8")).items()
}
_READ: dict[str, Callable[[Order], object]] = {
    "buyer": lambda o: o.buyer_name, "title": lambda o: o.items[0].title, "quantity": lambda o: o.items[0].quantity,
    "price": lambda o: None if o.items[0].price is None else str(o.items[0].price), "items": lambda o: len(o.items),
    "purchased": lambda o: o.purchased_at.isoformat(),
}  # fmt: skip


def _number(order_id: str) -> int:
    return int(order_id[-2:])


def _plan(file: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command prints, by the numbers of the orders and the lines of the rows."""
    from franking.cli.main import app

    arguments = [
        "plan", str(file), "--kind", "order_confirmation", "--as-of", "2026-11-24T12:00:00+00:00", "--format", "json",
        "--themes", own_themes(),
    ]  # fmt: skip
    try:
        app([*arguments, *options], standalone_mode=False)
    except FrankingError as error:
        return {"error": str(error).removeprefix(str(file))}
    captured = capsys.readouterr()
    plan = json.loads(captured.out)
    return {
        "permitted": [_number(order) for order in plan["permitted"]],
        "refused": {refusal["line"]: refusal["rule"] for refusal in plan["refusals"]},
        "says": {refusal["line"]: refusal["message"] for refusal in plan["refusals"]},
        "refused_orders": {_number(refusal["order"]): refusal["rule"] for refusal in plan["refusals"] if refusal["order"]},
        "told": captured.err,
    }


@pytest.mark.parametrize("case", EXPECTED)
def test_plan_makes_of_each_report_what_is_written_beside_it(
    case: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    name, *options = case.split()
    expected = EXPECTED[case]
    found = _plan(FOLDER / name, options, capsys)
    if "error" in expected or "error" in found:
        assert expected.get("error", "the report is read") in found.get("error", found)
        assert "\n" not in found["error"]
        return
    assert found["permitted"] == expected.get("permitted", [])
    if "refused_orders" in expected:
        assert found["refused_orders"] == expected["refused_orders"]
    else:
        assert found["refused"] == expected.get("refused", {})
    for line, words in expected.get("says", {}).items():
        assert words in found["says"][line]
    assert expected.get("told", "") in found["told"]
    assert bool(found["told"]) == ("told" in expected)
    _values(FOLDER / name, options, expected.get("values", {}))


def _values(file: Path, options: list[str], expected: dict[int, dict[str, Any]]) -> None:
    encoding = options[options.index("--encoding") + 1] if "--encoding" in options else None
    orders = {_number(o.id): o for o in open_orders(file, encoding=encoding) if isinstance(o, Order)}
    for number, values in expected.items():
        assert {name: _READ[name](orders[number]) for name in values} == values


def test_a_report_without_orders_says_so_and_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``send`` as well: nothing is sent, the exit code is 0, and one line on stderr tells why."""
    from franking.cli.main import app

    monkeypatch.chdir(ROOT)
    arguments = [
        "send", str(FOLDER / "header-only.txt"), "--kind", "order_confirmation", "--sender", "Shop <shop@shop.example>", "--dry-run",
        "--outbox", f"sqlite:///{tmp_path}/ledger.db", "--format", "json",
    ]  # fmt: skip
    with pytest.raises(SystemExit) as end:
        app(arguments, standalone_mode=True)
    assert end.value.code == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["orders"] == 0
    assert (
        captured.err
        == f"franking: {FOLDER / 'header-only.txt'}: no orders: the file is complete and contains none; is the period of the report right?\n"
    )


def test_the_script_makes_these_files_byte_for_byte() -> None:
    assert sorted(FILES) == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".yml")
    for name, data in FILES.items():
        assert (FOLDER / name).read_bytes() == data, name


def test_every_file_has_an_outcome() -> None:
    assert {case.split()[0] for case in EXPECTED} == set(FILES)
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_error_holds_what_is_personal(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = _plan(FOLDER / name, [], capsys)
    told = found.get("error", "") + "".join(found.get("says", {}).values())
    for private in ("Anna", "Abel", "Müller", "Neill", "x7k2", "Springfield", "Skagen"):
        assert private not in told
