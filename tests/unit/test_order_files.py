"""Order files as bytes: damage stays where it is, archives are bounded, memory is flat."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.errors import ConfigurationError, FrankingError, InputError
from franking.model import BrokenOrder, Order
from franking.orders import open_orders
from tests.data.make_reports import OWN
from tests.data.report_rows import order_id, report, row, saved, workbook

_NAMES = {
    "utf-8": ("Jürgen Groß", "Zoë Lefèvre", "Łukasz Żak", "山田 花子", "Anna Abel"),
    "cp1252": ("Jürgen Groß", "Zoë Lefèvre", "Søren Åberg", "Anna Abel", "Peña Muñoz"),
    "cp932": ("山田 花子", "髙橋 健太郎", "佐藤 一", "Anna Abel", "ﾔﾏﾀﾞ ﾀﾛｳ"),
}
_slow = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def _rows(encoding: str, count: int) -> list[dict[str, str]]:
    market = "co.jp" if encoding == "cp932" else "de"
    names = _NAMES[encoding]
    return [row(n, market, buyer_name=names[n % len(names)]) for n in range(1, count + 1)]


@_slow
@given(st.sampled_from(sorted(_NAMES)), st.integers(1, 19), st.integers(0, 30), st.binary(min_size=1, max_size=3))
def test_damage_to_one_row_leaves_the_others_as_they_were(
    tmp_path: Path, encoding: str, line: int, at: int, damage: bytes
) -> None:
    """One row of twenty is damaged within its buyer's name: the nineteen are read as without the damage, or the file is refused."""
    rows = _rows(encoding, 20)
    lines = report(*rows, encoding=encoding).split(b"\n")
    cells = lines[line].split(b"\t")
    name = cells[5]
    cells[5] = name[: at % len(name)] + damage.replace(b"\t", b"\xff").replace(b"\n", b"\xfe").replace(b"\r", b"\xfd")
    lines[line] = b"\t".join(cells)
    path = tmp_path / "report.txt"
    path.write_bytes(b"\n".join(lines))
    found = {entry.line: entry for entry in open_orders(path)}
    assert sorted(found) == list(range(2, 22))
    for place, entry in found.items():
        if place != line + 1:
            assert isinstance(entry, Order)
            assert entry.buyer_name == rows[place - 2]["buyer-name"]
        elif isinstance(entry, BrokenOrder):
            assert entry.id == order_id(line)


@_slow
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "report"
    path.write_bytes(data)
    try:
        found = list(open_orders(path))
    except FrankingError as error:
        assert "\n" not in str(error)
    else:
        assert (found, json.loads(data)) == ([], {"orders": []})  # what the API answers where there is no order


@_slow
@given(
    st.sampled_from(sorted(OWN)),
    st.integers(0),
    st.integers(0, 60),
    st.binary(max_size=3) | st.sampled_from([b'"', b'"\n"', b"\r"]),
)
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, name: str, at: int, cut: int, put: bytes) -> None:
    data = OWN[name]
    place = at % (len(data) + 1)
    path = tmp_path / "report"
    path.write_bytes(data[:place] + put + data[place + cut :])
    try:
        for entry in open_orders(path):
            assert isinstance(entry, Order) or "\n" not in entry.problem
    except FrankingError as error:
        assert "\n" not in str(error)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd")
def test_a_report_from_a_pipe_is_read() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb"):
        with open(writing, "wb") as pipe:
            pipe.write(report(row(1), row(2)))
        assert [entry.line for entry in open_orders(Path(f"/dev/fd/{reading}"))] == [2, 3]


@_slow
@given(st.lists(st.text(st.sampled_from("ab\"',; \n"), max_size=8), min_size=2, max_size=12), st.sampled_from("\t,;"))
def test_what_a_spreadsheet_saves_is_read_as_it_was_or_refused(tmp_path: Path, titles: list[str], delimiter: str) -> None:
    """No title reaches a buyer with the spreadsheet's own quotes."""
    rows = [row(n, product_name="x " + title) for n, title in enumerate(titles, 1)]
    path = tmp_path / "report.csv"
    path.write_bytes(saved(rows, delimiter).encode())
    for entry in open_orders(path):
        if isinstance(entry, Order):
            (item,) = entry.items
            assert item.title.split() == ("x " + titles[int(entry.id[-2:]) - 1]).split()


def test_most_rows_of_a_saved_file_are_read_beside_a_damaged_one(tmp_path: Path) -> None:
    rows = [row(n, product_name='Shelf "Skagen", pine') for n in range(1, 31)]
    path = tmp_path / "report.txt"
    path.write_bytes(saved(rows).replace('pine"', "pine", 1).encode())
    found = list(open_orders(path))
    assert [entry.line for entry in found if isinstance(entry, BrokenOrder)] == [2]
    assert {entry.items[0].title for entry in found if isinstance(entry, Order)} == {'Shelf "Skagen", pine'}


@pytest.mark.parametrize("pack", ["gz", "zip"])
def test_an_archive_that_grows_without_end_is_refused(tmp_path: Path, pack: str) -> None:
    path = tmp_path / f"report.{pack}"
    data = report(row(1)) + b"\n" * (80 << 20)
    if pack == "gz":
        path.write_bytes(gzip.compress(data))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("report.txt", data)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InputError, match=r"unpacks to over 6\d MB"):
        open_orders(path)


def test_a_long_line_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(report(row(1)) + b"x" * (5 << 20))
    with pytest.raises(InputError, match=r":3: a line of over a megabyte"):
        open_orders(path)


def test_memory_is_flat(tmp_path: Path) -> None:
    peaks = []
    for count in (500, 4_000):
        path = tmp_path / f"{count}.txt"
        path.write_bytes(report(*_rows("cp1252", count), encoding="cp1252"))
        tracemalloc.start()
        source = open_orders(path)
        assert sum(1 for _ in source) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        source.close()
    assert peaks[1] < peaks[0] + (6 << 20)


def test_a_workbook_without_the_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(workbook({"Orders": [["order-id"]]}))
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(ConfigurationError, match=r'pip install "franking\[xlsx\]"'):
        open_orders(path)


def test_a_damaged_workbook_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = workbook({"Orders": [["order-id"], ["302-1000001-2000001"]]})
    path = tmp_path / "orders.xlsx"
    for data in (
        whole[:-60],
        whole.replace(b"<sheetData>", b"<sheetDat<>"),
        whole.replace(b"worksheets/sheet1.xml", b"worksheets/sheet9.xml", 1),
    ):
        path.write_bytes(data)
        with pytest.raises(InputError) as error:
            list(open_orders(path))
        assert "\n" not in str(error.value)


_UNNAMED = "lines are in none of UTF-8, cp1252 and cp932; expected a report as downloaded, or --encoding"


@pytest.mark.parametrize(
    ("market", "encoding", "names", "title", "told"),
    [
        ("sa", "cp1256", ("محمد علي", "فاطمة"), "مصباح", f"{_UNNAMED} cp1256"),
        ("eg", "cp1256", ("أحمد", "محمد علي"), "مصباح مكتب", f"{_UNNAMED} cp1256"),
        ("sa", "iso8859-6", ("محمد علي", "فاطمة"), "مصباح", f"{_UNNAMED} cp1256"),
        ("pl", "cp1250", ("Łukasz Żółć", "Ćma Śliwa"), "Lampa dębowa", "expected --encoding cp1250 or --encoding cp1252"),
        ("com", "gb18030", ("中文名字", "王小明"), "Lamp", _UNNAMED),
        ("com", "gb18030", ("김철수", "이영희"), "Lamp", _UNNAMED),
        ("de", "mac_roman", ("Größe Löß", "Groß"), "Größe 5", _UNNAMED),
        ("fr", "iso8859-15", ("Éloïse", "Çelik"), "Lampe à poser 5 €", _UNNAMED),
        ("co.jp", "euc_jp", ("ﾔﾏﾀﾞ ﾊﾅｺ", "ｻﾄｳ"), "ﾃﾞｽｸﾗﾝﾌﾟ ｵｰｸ", _UNNAMED),
    ],
)
def test_an_encoding_that_is_not_known_makes_no_words(
    tmp_path: Path, market: str, encoding: str, names: tuple[str, ...], title: str, told: str
) -> None:
    rows = [
        row(n, "de") | {"buyer-email": f"b{n}@marketplace.amazon.{market}", "sales-channel": f"Amazon.{market}"}
        | {"buyer-name": name, "recipient-name": name, "product-name": title}
        for n, name in enumerate(names, 1)
    ]  # fmt: skip
    path = tmp_path / "report.txt"
    path.write_bytes(report(*rows, encoding=encoding))
    with pytest.raises(InputError, match=f"{told}$"):
        list(open_orders(path))


@pytest.mark.parametrize(("market", "name", "title"), [
    ("de", "Jürgen Müller", "Lampé"), ("fr", "Éloïse Lefèvre", "Lampe à pied é"), ("pl", "Łukasz Żak", "Lampa dębową"),
    ("co.jp", "山田 花子", "デスクランプ"), ("eg", "أحمد", "مصباح"), ("com.tr", "Şükrü Güneş", "Meşe ışığı"),
])  # fmt: skip
@pytest.mark.parametrize("rows", [1, 2])
def test_a_report_of_one_row_is_not_another_encoding_for_its_cut_character(
    tmp_path: Path, market: str, name: str, title: str, rows: int
) -> None:
    data = report(row(1, market, buyer_name=name, product_name=title), row(2, market))
    path = tmp_path / "report.txt"
    lines = data.replace(title.encode(), title.encode()[:-1]).splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: rows + 1]))
    first = next(iter(open_orders(path)))
    assert isinstance(first, BrokenOrder)
    assert first.problem.endswith("of the line is not UTF-8")


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085", "\x0b", "\x1e"])
def test_lines_that_end_with_what_ends_none_are_not_told_as_no_orders(tmp_path: Path, end: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(report(row(1), end=end))
    with pytest.raises(InputError, match=r"report\.txt:1: .*U\+"):
        list(open_orders(path))


@pytest.mark.parametrize(("column", "cell", "wish"), [
    ("buyer-requested-cancel", "true", True), ("is-buyer-requested-cancel", "TRUE", True), ("Buyer Requested Cancellation", "true", True),
    ("IsBuyerRequestedCancel", "true", True), ("buyer-cancel-reason", "Found cheaper", True), ("cancellation-requested", "Yes", True),
    ("cancel-requested-by-buyer", "true", True), ("customer_cancellation_request", "false", False), ("verge-of-cancellation", "true", False),
    ("cancelled-quantity", "1", False),
])  # fmt: skip
def test_a_wish_to_cancel_is_read_under_each_of_its_names(tmp_path: Path, column: str, cell: str, wish: bool) -> None:
    header, line, *_ = report(row(1)).decode().split("\n")
    path = tmp_path / "report.txt"
    path.write_text(f"{header}\t{column}\n{line}\t{cell}\n", "utf-8")
    (order,) = open_orders(path)
    assert isinstance(order, Order)
    assert order.cancel_requested is wish


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [300, 480, -1, None])
def test_a_report_that_ends_in_its_header_is_not_told_as_one_without_orders(
    tmp_path: Path, size: int | None, ending: str
) -> None:
    header = (Path(__file__).parents[2] / "docs/examples/amazon.com-unshipped.txt").read_text("utf-8").splitlines()[0]
    path = tmp_path / "report.txt"
    path.write_bytes(header[:size].encode() if size != -1 else (header + ending).encode())
    if size == -1:
        assert list(open_orders(path)) == []  # the header is whole: there are no orders
        return
    with pytest.raises(InputError, match=r"report.txt:1: the file ends in its header"):
        list(open_orders(path))


@pytest.mark.parametrize("cells", [30, 34, 38])
@pytest.mark.parametrize("cut", [0, 1])
def test_the_last_cell_of_a_row_that_a_file_ends_in_is_not_believed(tmp_path: Path, cells: int, cut: int) -> None:
    lines = (Path(__file__).parents[2] / "docs/examples/amazon.com-unshipped.txt").read_text("utf-8").splitlines()
    row = "\t".join(lines[1].split("\t")[:cells])
    path = tmp_path / "report.txt"
    path.write_text("\n".join([lines[0], lines[2], row[: len(row) - cut]]), "utf-8")
    whole, broken = open_orders(path)
    assert isinstance(whole, Order)
    assert isinstance(broken, BrokenOrder)
    assert "line 3: the file ends in this row" in broken.problem
    path.write_text("\n".join([lines[0], lines[2], row, ""]), "utf-8")
    assert all(isinstance(order, Order) for order in open_orders(path))  # trailing cells that are empty may be left out
