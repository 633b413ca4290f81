"""A Dovecot of its own: one mailbox behind IMAP over TLS, under a certificate of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port, wait_for
from tests.real.postfix import certificate

USER, PASSWORD = "shop@example.com", "s3cret"
CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{root}/ca.pem
ssl_key = <{root}/server.pem
mail_location = maildir:{root}/mail
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={root}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running instance. ``ca`` is the certificate to trust, ``maildir`` what the user sees."""

    port: int
    ca: Path
    maildir: Path

    def url(self, folder: str = "") -> str:
        """The mailbox as ``franking bounces`` takes it."""
        return f"imaps://{USER.replace('@', '%40')}@127.0.0.1:{self.port}/{folder}"

    def put(self, folder: str, *mails: bytes) -> None:
        """Mails that nobody has read, in INBOX ("") or a folder (its name on disk begins with a dot)."""
        box = self.maildir / folder if folder else self.maildir
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mails):
            (box / "new" / f"1000000{number:03d}.M{number}P1.host").write_bytes(mail)
        _own(self.maildir)


def _own(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")


@contextmanager
def running(root: Path) -> Iterator[Dovecot]:
    """Start an instance below ``root``. It needs root, as Dovecot does."""
    if os.geteuid() != 0:
        raise RuntimeError("the IMAP tests start a Dovecot of their own and must run as root")
    root.chmod(0o755)
    for parent in root.parents[:-1]:
        parent.chmod(parent.stat().st_mode | 0o011)
    for name in ("run", "state", "mail"):
        (root / name).mkdir()
    _own(root / "mail")
    ca, _ = certificate(root)
    port = free_port()
    configuration = root / "dovecot.conf"
    configuration.write_text(CONFIGURATION.format(root=root, port=port, password=PASSWORD))
    process = subprocess.Popen(["dovecot", "-F", "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield Dovecot(port, ca, root / "mail")
    finally:
        process.terminate()
        process.wait(20)
