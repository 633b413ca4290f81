"""A Postfix of its own: own configuration, queue, port and certificate, delivering into a Maildir."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import free_port, wait_for

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {root}
maillog_file = {root}/postfix.log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
virtual_mailbox_domains = marketplace.amazon.com, marketplace.amazon.de, marketplace.amazon.co.jp
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_security_level = {tls}
smtpd_tls_chain_files = {root}/server.pem
smtpd_recipient_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance. ``ca`` is the certificate to trust."""

    port: int
    ca: Path
    maildir: Path
    log: Path

    def mails(self, count: int) -> list[bytes]:
        """The delivered messages, once ``count`` of them are there."""
        new = self.maildir / "new"
        for _ in range(300):
            files = sorted(new.iterdir()) if new.is_dir() else []
            if len(files) >= count:
                break
            time.sleep(0.1)
        return [p.read_bytes() for p in files]


def certificate(folder: Path, days: int = 2, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A self-signed certificate for a host (ca.pem), and the same with its key (server.pem); it ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=3))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(private + pem)
    return folder / "ca.pem", folder / "server.pem"


@contextmanager
def running(root: Path, tls: str = "may") -> Iterator[Postfix]:
    """Start an instance below ``root``. It needs root, as Postfix does."""
    if os.geteuid() != 0:
        raise RuntimeError("the Postfix tests start a Postfix of their own and must run as root")
    root.chmod(0o755)
    for parent in root.parents[:-1]:
        parent.chmod(parent.stat().st_mode | 0o011)  # Postfix's own users must get through to the queue
    owner, post = getpwnam("nobody"), getpwnam("postfix")
    for name in ("queue", "data", "mail", "conf"):
        (root / name).mkdir()
    shutil.chown(root / "data", post.pw_uid, post.pw_gid)
    shutil.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    ca, _ = certificate(root)
    port = free_port()
    (root / "conf" / "main.cf").write_text(MAIN.format(root=root, uid=owner.pw_uid, gid=owner.pw_gid, tls=tls))
    (root / "conf" / "master.cf").write_text(MASTER.format(port=port))
    command = ["postfix", "-c", str(root / "conf")]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    try:
        wait_for(port)
        yield Postfix(port, ca, root / "mail" / "inbox", root / "postfix.log")
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)
