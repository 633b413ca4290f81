"""Write tests/data/reports: ``python -m tests.data.make_reports``. Nobody's data, the same bytes each time.

What ``franking plan`` shall make of each file stands beside them: expected.yml, and expected-orders.yml for the files of
``reports_orders``. Those are written by hand.
"""

from __future__ import annotations

from pathlib import Path

from tests.data import reports_encoding, reports_files, reports_numbers, reports_orders

FOLDER = Path(__file__).parent / "reports"
OWN: dict[str, bytes] = {**reports_encoding.FILES, **reports_numbers.FILES, **reports_files.FILES}
FILES: dict[str, bytes] = {**OWN, **reports_orders.FILES}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, data in FILES.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
