"""Faults put into a copy of the code on purpose: the simulation must find each. ``python -m tests.simulation.planted [N]``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Fault(NamedTuple):
    """What is wrong, and the change that makes it so."""

    name: str
    file: str
    old: str
    new: str


FAULTS = (
    Fault("no RSET behind a refused transaction", "dispatch/pipelined.py",
          "            self._unfinished = True\n            if pipelining:", "            if pipelining:"),
    Fault("a lost reply counts as not sent", "dispatch/pipelined.py",
          'source.done(current, Outcome(State.AMBIGUOUS, f"reply lost after DATA: {why}"))', "source.give_back(current, why)"),
    Fault("settled before the reply", "dispatch/pipelined.py",
          "        self._complete = True\n        self._wire.write(body + end + commands)",
          "        self._complete = True\n        source.done(envelope, Outcome(State.SENT))\n"
          "        self._wire.write(body + end + commands)"),
    Fault("what left counts as whole too late", "dispatch/pipelined.py",
          "        self._complete = True\n        self._wire.write(body + end + commands)\n        try:\n",
          "        self._wire.write(body + end + commands)\n        try:\n"),
    Fault("the following envelope is forgotten when a connection breaks", "dispatch/pipelined.py",
          "        if following is not None:\n            source.give_back(following, why)\n", ""),
    Fault("both messages are in doubt when a connection breaks", "dispatch/pipelined.py",
          "            source.give_back(following, why)", '            source.done(following, Outcome(State.AMBIGUOUS, "lost"))'),
    Fault("answers behind a refused command are not read", "dispatch/pipelined.py",
          "                await self._skip(self._steps[place + 1 :])", "                pass"),
    Fault("one answer too few is read behind a refused command", "dispatch/pipelined.py",
          "self._skip(self._steps[place + 1 :])", "self._skip(self._steps[place + 2 :])"),
    Fault("a line that begins with a dot travels as it is", "dispatch/pipelined.py",
          'content.replace(b"\\n.", b"\\n..")', "content"),
    Fault("a chunk is announced two octets short", "dispatch/pipelined.py",
          'b"BDAT %d LAST\\r\\n" % len(content)', 'b"BDAT %d LAST\\r\\n" % (len(content) - 2)'),
    Fault("an answer that nobody asked for is taken for the next one", "dispatch/pipelined.py",
          '        if self._wire.unread:\n            raise Lost("the server sent a reply without a command")\n', ""),
    Fault("a reply of 4yz to the body is final", "dispatch/decisions.py",
          "    if first == 4:\n        return Decision(Then.SETTLE, detail, State.DEFERRED)",
          "    if first == 4 and not behind:\n        return Decision(Then.SETTLE, detail, State.DEFERRED)"),
    Fault("an unreadable answer to the body counts as a refusal", "dispatch/decisions.py",
          "Decision(Then.SETTLE_AND_CLOSE, detail, State.AMBIGUOUS) if behind", "Decision(Then.SETTLE, detail, State.DEFERRED) if behind"),
    Fault("any 2yz lets the body follow", "dispatch/decisions.py",
          "reply.code == 354 if command is Command.DATA else first == 2", "first in (2, 3)"),
    Fault("lines of several codes are one reply", "dispatch/wire.py",
          "if self._lines and self._lines[-1][0] != code:", "if False:"),
    Fault("half a line is a whole reply", "dispatch/wire.py",
          '        *lines, self._rest = (self._rest + data).split(b"\\n")',
          '        *lines, self._rest = *(self._rest + data).rstrip(b"\\n").split(b"\\n"), b""'),
    Fault("the ledger learns too late what is being sent", "outbox/dialects.py",
          "            _marking().run(connection, {", "            dict({"),
    Fault("a word about an earlier attempt settles the present one", "outbox/transitions.py",
          "(c.number == outcome.c.number, c.attempts == outcome.c.attempt, unsettled)",
          "(c.number == outcome.c.number, unsettled)"),
    Fault("a job also claims what other jobs answer for", "outbox/leases.py",
          "return self._exchange(outcomes, batch, count, seller, lease=self._job)",
          "return self._exchange(outcomes, batch, count, seller)"),
    Fault("a job of a dead worker only runs again, beside the run of who was suspended", "worker/run.py",
          "            if job.task_name != SEND:\n", "            if True:\n"),
    Fault("what a dead worker was sending is not taken over with the rest", "outbox/leases.py",
          "open_states = (*_WAITING, State.SENDING.value)", "open_states = _WAITING"),
    Fault("what a dead worker had in hand is not looked for", "worker/run.py",
          "        await asyncio.to_thread(recover, leases, self._transport)\n        withdrawn", "        withdrawn"),
    Fault("off by one in the leases: the last message of a chunk has no job", "outbox/leases.py",
          "    for job, group in zip(jobs, groups, strict=True):\n        connection.execute(update(messages).where(messages.c.number.in_(group))",
          "    for job, group in zip(jobs, groups, strict=True):\n        connection.execute(update(messages).where(messages.c.number.in_(group[:-1]))"),
    Fault("attempts are counted one too few", "outbox/dialects.py",
          "columns = [column + 1 if column.name == \"attempts\" else column for column in found.c]",
          "columns = list(found.c)"),
    Fault("what is given back stays as it was claimed", "outbox/transitions.py",
          "values(state=State.QUEUED.value, updated_at=bindparam(\"now\"))", "values(updated_at=bindparam(\"now\"))"),
    Fault("a deferred message is due at once", "outbox/dialects.py",
          "due = c.due_at <= _NOW if timed else c.due_at.is_(None)",
          "due = c.due_at.is_not(None) if timed else c.due_at.is_(None)"),
    Fault("what a dead process had in hand is queued", "dispatch/outbox_port.py",
          "    outbox.settle(settled)\n    outbox.unclaim(back)", "    outbox.unclaim([*back, *(e for e, _ in settled)])"),
    Fault("what a dead process had in hand is left", "dispatch/outbox_port.py", "    outbox.settle(settled)\n", ""),
    Fault("a cancellation is lost", "outbox/cancelling.py",
          "            change_found(connection, found, State.CANCELLED, _REPLY)", "            pass"),
    Fault("a cancellation also reaches what is being sent", "outbox/cancelling.py",
          "_WAITING = (State.QUEUED.value, State.DEFERRED.value)", "_WAITING = (State.QUEUED.value, State.DEFERRED.value, State.SENDING.value)"),
    Fault("a dry run cancels", "outbox/cancelling.py", "        if not dry_run:\n", "        if True:\n"),
    Fault("queued again though in doubt", "outbox/queueing.py",
          "_REPLACED = (State.QUEUED.value,", "_REPLACED = (State.AMBIGUOUS.value, State.QUEUED.value,"),
    Fault("queued again though being sent", "outbox/queueing.py",
          "_REPLACED = (State.QUEUED.value,", "_REPLACED = (State.SENDING.value, State.QUEUED.value,"),
    Fault("a doubt is settled as queued whatever was said", "outbox/upkeep.py",
          "return self._changed(self._mine(*chosen), State(to), f\"settled by hand as {to}\")",
          "return self._changed(self._mine(*chosen), State.QUEUED, f\"settled by hand as {to}\")"),
    Fault("opt-outs are not looked at again", "batch/retry.py",
          "        withdrawn = ledger.withdraw(seller=seller)\n        back", "        withdrawn = 0\n        back"),
    Fault("two senders at once", "outbox/lock.py",
          "        if not _taken(descriptor, _PATIENCE):", "        if False:"),
    Fault("results are dropped when a turn of the ledger ends", "dispatch/run.py",
          "        results, self._results = self._results, []\n        started", "        results, self._results = self._results[:-1], []\n        started"),
    Fault("the end of a run does not write what became of messages", "dispatch/run.py",
          "            lambda: self._written(self._outbox.exchange, self._results, self._batch, 0),\n", ""),
    Fault("the end of a run does not give back what was not sent", "dispatch/run.py",
          "            lambda: self._written(self._outbox.unclaim, [*self._ready, *self._unsent]),\n", ""),
    Fault("the rate limit does not apply to pipelined messages", "dispatch/rate_limiter.py",
          "        if self._next() and self._moments[0] <= asyncio.get_running_loop().time():\n            self._moments.popleft()\n            return True\n        return False",
          "        return True"),
    Fault("a day's cap is never used up", "outbox/allowances.py",
          "taken = (used if day == today else 0) + count", "taken = 0"),
    Fault("the contents of a block are mixed up by one octet", "outbox/claims.py",
          "contents[number] = whole[place : place + length]", "contents[number] = whole[place : place + length - (place > 0)]"),
    Fault("a call that waits behind a mail is forgotten when the mail connection breaks", "channels/routed.py",
          "                sorted_out.end()\n", "                pass\n"),
    Fault("an answer of 500 to a call counts as a refusal", "channels/client.py",
          "_UNCERTAIN = frozenset({500, 502, 504})", "_UNCERTAIN = frozenset({502, 504})"),
    Fault("a lost answer to a call counts as not sent", "channels/client.py",
          "            return Ambiguous(f\"{_described(error)}\"", "            return NotSent(f\"{_described(error)}\""),
    Fault("the exit code forgets what is in doubt", "model/ledger.py",
          "return self.deferred + self.failed + self.in_doubt", "return self.deferred + self.failed"),
)  # fmt: skip


def hunt(fault: Fault, seeds: int) -> tuple[int | None, str]:
    """The first seed that finds a fault, and what it says."""
    with tempfile.TemporaryDirectory(prefix="franking-planted-") as folder:
        copy = Path(folder) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / "franking" / fault.file
        text = file.read_text("utf-8")
        if text.count(fault.old) != 1:
            raise SystemExit(f"{fault.name}: {fault.file} has the old text {text.count(fault.old)} times")
        file.write_text(text.replace(fault.old, fault.new), "utf-8")
        command = [sys.executable, "-m", "tests.simulation", str(seeds), "--until-found"]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    found = re.search(r"^seed (\d+): (.*)", done.stdout, re.MULTILINE)
    if found is None and done.returncode:
        return 0, (done.stderr.strip().splitlines() or ["?"])[-1]
    return (int(found[1]), found[2]) if found is not None else (None, "")


def main() -> int:
    """Print the table; 1 where a fault was not found."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    missed = 0
    for fault in FAULTS:
        if len(sys.argv) > 2 and sys.argv[2] not in fault.name:
            continue
        seed, told = hunt(fault, seeds)
        missed += seed is None
        sys.stdout.write(f"| {fault.name} | {seed if seed is not None else 'NOT FOUND'} | {told} |\n")
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
