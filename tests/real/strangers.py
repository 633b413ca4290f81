"""Other people's servers at the end of a batch: Postfix behind a line that breaks, and Postfix's smtp-sink in bad moods."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.smtp import start_sink

from franking.outbox import Ledger
from tests.contract.ledger_contract import outgoing
from tests.real.postfix import Postfix
from tests.real.postfix import running as postfix
from tests.real.toxic import toxic
from tests.real.verdict import Verdict, judge

FRANKING = str(Path(sys.executable).with_name("franking"))
# What smtp-sink does, and whether what it writes down counts as taken: it also writes down what it then refuses.
# It hangs up without a reply (-q), says 421 and hangs up (-Q), says 450 (-r), 550 in the middle of a body (-A).
MOODS = (
    ("-q MAIL", True), ("-q RCPT", True), ("-q DATA", True), ("-q .", True), ("-Q CONNECT", True), ("-Q RCPT", True),
    ("-Q .", False), ("-r MAIL", True), ("-r DATA", True), ("-r .", False), ("-A 0", True), ("-p", True), ("", True),
)  # fmt: skip


def behind_a_broken_line(messages: int, times: int) -> Verdict:
    """Postfix, behind a line that breaks half of the connections: what is in its mailbox is what arrived."""
    with tempfile.TemporaryDirectory(prefix="franking-faults-") as name:
        folder = Path(name)
        (folder / "postfix").mkdir()
        url, log = f"sqlite:///{folder}/ledger.db", folder / "received"
        ledger = Ledger(url)
        body = b"From: <shop@example.com>\r\nSubject: x\r\n\r\n" + b"hello\r\n" * 200
        ledger.queue("b", [outgoing(n, seller="default", content=body) for n in range(messages)])
        ledger.close()
        with postfix(folder / "postfix") as server:
            command = [FRANKING, "retry", "--now", "--outbox", url, "--connections", "4", "--transport"]
            with toxic(server.port, 0.5) as port:
                for _ in range(times):
                    subprocess.run(
                        [*command, f"smtp+plain://127.0.0.1:{port}"], check=False, capture_output=True, timeout=300,
                        env={**os.environ, "FRANKING_TIMEOUT": "5"},
                    )  # fmt: skip
            for _ in range(3):
                subprocess.run(
                    [*command, f"smtp+plain://127.0.0.1:{server.port}"], check=False, capture_output=True, timeout=300
                )
            log.write_text("".join(f"{address} 0\n" for address in delivered(server)))
        return judge("Postfix behind a line that breaks", url, log, messages, times)


def delivered(server: Postfix) -> list[str]:
    """Whom the messages in the mailbox are for, once nothing has come in for two seconds."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 2:
        files = list((server.maildir / "new").glob("*"))
        if len(files) != before:
            before, since = len(files), time.monotonic()
        time.sleep(0.1)
    return [re.findall(rb"^X-Original-To: (\S+)", file.read_bytes(), re.MULTILINE)[0].decode() for file in files]


def moody_sink(messages: int, times: int, dice: random.Random) -> Verdict:
    """smtp-sink in each mood ``times`` times, and killed as often while it takes messages; what it wrote down is what arrived."""
    with tempfile.TemporaryDirectory(prefix="franking-faults-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # smtp-sink runs as nobody
        url, log = f"sqlite:///{folder}/ledger.db", folder / "received"
        ledger = Ledger(url)
        ledger.queue("b", [outgoing(n, seller="default", content=b"Subject: x\r\n\r\nhello\r\n") for n in range(messages)])
        ledger.close()
        command = [FRANKING, "retry", "--now", "--outbox", url, "--connections", "4", "--transport"]
        moods = list(MOODS * times)
        dice.shuffle(moods)
        taken: list[str] = []
        for number, (options, counts) in enumerate([*moods, ("", True)]):
            written = folder / f"mails{number}"
            written.mkdir()
            written.chmod(0o777)
            process, port = start_sink("-R", str(written), "-d", "mail.", *options.split())
            sender = subprocess.Popen(
                [*command, f"smtp+plain://127.0.0.1:{port}", *([] if number == len(moods) else ["--rate", "20/s"])],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "FRANKING_TIMEOUT": "5"},
            )  # fmt: skip
            if number < len(moods):  # killed in the middle, unless it is gone before
                end = time.monotonic() + dice.uniform(1.5, 2.2)
                while process.poll() is None and time.monotonic() < end:
                    time.sleep(0.01)
                process.kill()
                time.sleep(0.2)
                sender.terminate()  # it would wait for the server to come back
            sender.wait(timeout=300)
            process.kill()
            process.wait()
            taken += recipients(written) if counts else []
        log.write_text("".join(f"{address} 0\n" for address in taken))
        return judge("smtp-sink that hangs up, refuses and dies", url, log, messages, len(moods))


def recipients(folder: Path) -> list[str]:
    """Whom the messages are for that smtp-sink wrote down to their end."""
    found = [
        re.search(rb"^X-Rcpt-Args: <(\S+)>(?s:.*)\nhello\n", file.read_bytes(), re.MULTILINE) for file in folder.glob("mail.*")
    ]
    return [match[1].decode() for match in found if match is not None]
