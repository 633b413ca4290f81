"""The rows of a report wait on disk: what they need in memory does not grow with their number."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SPOOLING = """
import re
from collections.abc import Iterator
from pathlib import Path
from franking.orders.grouping import Row, Spool

def peak() -> int:
    return int(re.findall(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text("ascii", "replace"))[0])

def rows(number: int) -> Iterator[Row]:
    for line in range(number):
        yield f"302-{line % (number // 2):07d}-0000000", line + 1, "x" * 300

def held(number: int) -> int:
    spool = Spool(rows(number))
    assert sum(len(found) for _, found in spool) == number
    spool.close()
    return peak()

few = held(10_000)
print(held(100_000) - few)
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="Linux tells the largest resident memory there")
def test_ten_times_the_rows_need_no_more_memory() -> None:
    done = subprocess.run([sys.executable, "-c", SPOOLING], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 3_000  # kB; the rows are 33 MB
