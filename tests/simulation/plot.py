"""What happens in a story, and in which order."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

from franking.outbox import Choice
from tests.simulation import sending
from tests.simulation.borders import text_of
from tests.simulation.story import ADOPTING, Story
from tests.simulation.world import Process, Violation

KINDS = (
    "cancel", "cancel", "resolve", "resolve", "suppress", "queue", "clock", "signal", "kill", "disk", "erase", "hold", "freeze",
    "freeze", "retry", "power",
)  # fmt: skip
_DRAIN = 12  # runs of a sender on a well server, after which nothing may wait


def play(story: Story) -> None:
    """Some acts in bad weather, then the end in good weather."""
    dice, world, account = story.dice, story.world, story.account
    batches = 1
    _wait(story, [story.queue(story.orders, "b1", None, 1)])
    for _ in range(dice.choice((1, 2, 4, 7))):
        _weather(story)
        world.deadly = dice.choice((0.0, 0.0, 0.0005, 0.003, 0.02))
        if story.by_workers:
            _wait(story, [story.adopt()])
            running = [story.work() for _ in range(dice.choice((1, 2, 3)))]
            for process in running:
                if dice.random() < 0.3:
                    world.after(dice.uniform(0, 0.5), partial(process.freeze, dice.choice((40, 200))))
        else:
            running = [story.retry(now=dice.random() < 0.5)]
            if dice.random() < 0.2:
                running.append(story.retry(now=True))
        for _ in range(dice.choice((0, 0, 1, 3))):
            kind = dice.choice(KINDS)
            if kind == "queue":
                batches += 1
            world.after(dice.uniform(0, dice.choice((0.5, 1, 2))) ** 3, partial(_meddle, story, kind, f"b{batches}", running))
        _wait(story, running)
        world.deadly = 0.0
        _between(story)
        account.judge(sending=story.by_workers)
        if story.by_workers:
            for order in account.unanswered("'sending'"):
                raise Violation(f"{order} is being sent, and no job answers for it")
        account.judge_pace(parse(story.rate), story.caps, story.connections * (3 if story.by_workers else 1))
        if dice.random() < 0.5:
            world.elapsed += dice.choice((1, 400, 4000, 100_000))
    _end(story)


def parse(rate: str) -> float | None:
    """Messages a second."""
    return float(rate.removesuffix("/s")) if rate else None


def _weather(story: Story) -> None:
    dice, weather = story.dice, story.weather
    weather.trouble = dice.choice((0.0, 0.02, 0.1, 0.3))
    weather.refusing = dice.choice((0.0, 0.0, 0.1, 0.6, 1.0))
    weather.stopping = dice.choice((0.0, 0.0, 0.0, 0.02))
    weather.pipelining = dice.random() < 0.7
    weather.chunking = dice.random() < 0.4
    weather.eight_bit = dice.random() < 0.8
    weather.size = dice.choice((0, 0, 50_000, 10_000_000))
    weather.idle = dice.choice((0.0, 0.0, 0.5))
    weather.forgetful = dice.random() < 0.1


def _meddle(story: Story, kind: str, batch: str, running: list[Process]) -> None:
    """Something that people do, or that happens to the machine."""
    dice, world = story.dice, story.world
    some = sorted(dice.sample(story.orders, dice.randrange(1, len(story.orders) + 1)))
    if kind == "cancel":
        every = dice.random() < 0.2
        ids = None if every else [f"302-1234567-{n:07d}" for n in some]
        running.append(story.cancel(Choice(ids), every=every, dry=dice.random() < 0.2))
    elif kind == "resolve":
        running.append(story.resolve([] if dice.random() < 0.4 else some, dice.choice(("sent", "failed", "queued", "queued"))))
    elif kind == "suppress":
        running.append(story.suppress(some[0]))
    elif kind == "queue":
        delay = dice.choice((None, None, 60, 3600))
        due = datetime.fromtimestamp(world.wall, UTC) + timedelta(seconds=delay) if delay is not None else None
        running.append(story.queue(some, batch, due, int(batch[1:])))
    elif kind == "clock":
        jump = dice.choice((-1, 1)) * dice.choice((1, 100, 5000, 100_000))
        world.skew += jump
        world.jumps += 1
        world.writers.append(None)
        world.tell(f"the wall clock jumps by {jump} s")
    elif kind == "disk":
        world.tell(f"{running[0].name}: the disk is full")
        running[0].facts["full"] = True
        for connection in running[0].connections:
            connection.execute("PRAGMA max_page_count = 1")  # SQLite takes what is there already
    elif kind == "freeze":
        dice.choice(running).freeze(dice.choice((1, 40, 200)))
    elif kind == "hold":
        story.hold(dice.choice((0.01, 1, 60)))
    elif kind == "erase":
        running.append(story.erase())
    elif kind == "retry":
        if not story.by_workers:  # side by side with them the ledger's lock is for PostgreSQL to hold
            running.append(story.retry(now=dice.random() < 0.5))
    elif kind == "power":
        world.tell("the machine loses power")
        for process in running:
            world.kill(process)
    elif kind == "kill":
        world.kill(dice.choice(running))
    elif kind == "signal":
        _interrupt(story, running)


def _interrupt(story: Story, running: list[Process]) -> None:
    for process in running:
        if process.alive and process.loop is not None and process.loop.signals:
            story.world.tell(f"{process.name}: SIGINT")
            process.loop.within(next(iter(process.loop.signals.values())))


def _wait(story: Story, running: list[Process]) -> None:
    # Side by side, workers find a job that is due for as long as no server is reached: somebody stops them.
    if story.by_workers:
        story.world.after(1800, lambda: _interrupt(story, running))
    story.world.run(lambda: not any(process.alive for process in running))
    for process in running:
        if process.alive:
            raise Violation(f"{process.name} hangs")


def _between(story: Story) -> None:
    """What is under way arrives."""
    end = story.world.elapsed + 2000
    done: list[bool] = []
    story.world.at(end, lambda: done.append(True))
    story.world.run(lambda: bool(done))


_EXCUSES = (
    "disk is full",
    "database is locked",
    "another franking send",
    "EHLO refused",
    "AUTH refused",
    "gave no token",
)  # for an end by an error


def check(story: Story, process: Process) -> None:
    """What a run says of itself, as it ends: its summary and its exit code."""
    account = story.account
    if process.code == 2:
        error = str(process.facts.get("error"))
        if not any(excuse in error for excuse in _EXCUSES):
            raise Violation(f"{process.name} ends by an error: {error}")
        account.died(process)
        return
    if process.name == ADOPTING and account.quiet_since(process) and (left := account.unanswered("'queued', 'deferred'")):
        raise Violation(f"{left[0]} waits, and no job answers for it")
    if not process.facts.get("sends"):
        return
    if "orders" in process.facts:
        sending.check(account, process, process.facts["orders"])
        return
    said = json.loads(text_of(process))
    heard = account.heard(process)
    if said["sent"] != heard:
        raise Violation(f"{process.name} says {said['sent']} sent, and heard of {heard} that they were taken")
    if not account.quiet_since(process):
        return
    counts = account.counts()
    in_doubt = counts["ambiguous"] + counts["sending"]
    there = {**{state: counts[state] for state in ("queued", "scheduled", "deferred", "failed")}, "ambiguous": in_doubt}
    told = {state: said[state] for state in there}
    if told != there:
        raise Violation(f"{process.name} says {told}, and the ledger has {there}")
    undone = counts["queued"] + counts["deferred"] + counts["failed"] + in_doubt
    if process.code != (3 if undone or said["stopped"] else 0):
        raise Violation(f"{process.name}: exit code {process.code} with {there}, stopped: {said['stopped']!r}")


def _end(story: Story) -> None:
    """A well server, a quiet machine: everything that waits gets through."""
    world, account, weather = story.world, story.account, story.weather
    world.tell("--- the weather clears")
    weather.trouble = weather.refusing = weather.stopping = weather.idle = 0.0
    weather.forgetful = False
    story.caps, story.rate = [], ""
    account.abandon() if story.by_workers else None
    weather.eight_bit, weather.size = True, 0
    for _ in range(_DRAIN):
        process = story.retry(now=True)
        _wait(story, [process])
        _between(story)
        account.judge(sending=False)
        if process.code == 2:
            raise Violation(f"{process.name} fails in good weather: {process.facts.get('error')}")
        if not {"queued", "deferred", "scheduled", "sending"} & account.counts().keys():
            _last(story)
            return
        world.elapsed += 90_000
    raise Violation(f"after all that, {account.counts()}")


def _last(story: Story) -> None:
    """What the cancellations of the story said, together."""
    cancels = [p for p in story.world.processes if p.name.startswith("cancel")]
    if not any(p.killed for p in cancels):
        said = [json.loads(text_of(p)) for p in cancels if p.code != 2]
        number = sum(s["cancelled"] for s in said if not s["dry_run"])
        if number != story.account.cancelled():
            raise Violation(f"{number} cancellations were told, and {story.account.cancelled()} made")
