"""The sample report with its days moved to now, so that no test depends on the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs/examples/amazon.com-unshipped.txt"
WRITTEN_ON = date(2026, 11, 24)


def fresh(copy: Path, orders: int | None = None) -> Path:
    """The sample report as if it were of today; ``orders`` keeps so many rows."""
    days = (datetime.now(UTC).date() - WRITTEN_ON).days
    moved = re.sub(
        r"\d{4}-\d\d-\d\d(?=T)",
        lambda day: (date.fromisoformat(day[0]) + timedelta(days)).isoformat(),
        SAMPLE.read_text("utf-8"),
    )
    lines = moved.splitlines(keepends=True)
    copy.write_text("".join(lines[: None if orders is None else orders + 1]), "utf-8")
    return copy
