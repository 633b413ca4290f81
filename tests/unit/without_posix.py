"""The command line as on a system without POSIX: ``python without_posix.py COMMAND… [--then COMMAND…]…``. The command ``--modules``
loads every module.

What Windows lacks is hidden from the program alone: the standard library and the dependencies have code of their own for Windows,
which cannot run here, and are left as they are. The names are from the library reference ("Availability: Unix", "not Windows").
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import pkgutil
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

ABSENT_MODULES = frozenset(
    "crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty _posixsubprocess".split()
)
ABSENT = {
    "os": """EX_OK F_LOCK F_TLOCK F_ULOCK O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW
        O_NONBLOCK O_PATH O_RSYNC O_SYNC O_TMPFILE P_ALL P_PID P_PIDFD RTLD_LAZY SCHED_OTHER WCOREDUMP WEXITED WEXITSTATUS WIFEXITED
        WIFSIGNALED WNOHANG WNOWAIT WSTOPSIG WTERMSIG WUNTRACED chown chroot confstr confstr_names copy_file_range ctermid eventfd
        fchdir fchmod fchown fdatasync fork forkpty fpathconf fstatvfs getegid geteuid getgid getgrouplist getgroups getloadavg
        getpgid getpgrp getpriority getrandom getresgid getresuid getsid getuid getxattr initgroups killpg lchown listxattr lockf
        major makedev memfd_create minor mkfifo mknod nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate
        posix_spawn posix_spawnp pread preadv pwrite pwritev readv register_at_fork removexattr sched_getaffinity
        sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups setns setpgid setpriority setregid setresgid
        setresuid setreuid setsid setuid setxattr splice statvfs sync sysconf tcgetpgrp tcsetpgrp ttyname uname unshare wait wait3
        wait4 waitid writev""",
    "signal": """ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGHUP SIGIO SIGIOT SIGKILL SIGPIPE
        SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN SIGSTKFLT SIGSTOP SIGSYS SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1
        SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_SETMASK SIG_UNBLOCK alarm getitimer pause pthread_kill
        pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo""",
    "socket": "AF_UNIX CMSG_LEN CMSG_SPACE MSG_NOSIGNAL SO_REUSEPORT sethostname",
    "time": "clock_getres clock_gettime clock_settime pthread_getcpuclockid tzset",
    "select": "epoll kqueue poll",
}
_real_import = builtins.__import__


def _bare(name: str) -> types.ModuleType:
    real = importlib.import_module(name)
    bare = types.ModuleType(name)
    bare.__dict__.update({key: value for key, value in vars(real).items() if key not in ABSENT[name].split()})
    return bare


def _hiding(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> types.ModuleType:
    """What ``import`` calls."""
    if str((globals or {}).get("__name__", "")).partition(".")[0] == "franking" and level == 0:
        if name in ABSENT_MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in _BARE:
            return _BARE[name]
    return _real_import(name, globals, locals, fromlist, level)


def _refused(*_: object) -> NoReturn:
    raise NotImplementedError


_BARE = {name: _bare(name) for name in ABSENT}


def hide() -> None:
    """From here on the program finds nothing that Windows lacks. None of its modules may be loaded yet."""
    assert not any(name.partition(".")[0] == "franking" for name in sys.modules)
    builtins.__import__ = _hiding
    loop: Any = asyncio.SelectorEventLoop  # on Windows neither loop has signal handlers
    loop.add_signal_handler = loop.remove_signal_handler = _refused


def load_all() -> int:
    """Load every module; how many there are."""
    import franking

    names = [module.name for module in pkgutil.walk_packages(franking.__path__, "franking.")]
    for name in names:
        if not name.endswith((".__main__", ".migrations.env")) and ".versions." not in name:  # programs, and Alembic's own
            importlib.import_module(name)
    return len(names)


def _run(arguments: list[str]) -> None:
    """One command; where it ends with another code than 0, the whole ends so."""
    if arguments == ["--modules"]:
        sys.stdout.write(f"{load_all()} modules\n")
        return
    from franking.cli.entry import run

    sys.argv[1:] = arguments
    try:
        run()
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    hide()
    rest = sys.argv[1:]
    while rest:
        until = rest.index("--then") if "--then" in rest else len(rest)
        _run(rest[:until])
        rest = rest[until + 1 :]
