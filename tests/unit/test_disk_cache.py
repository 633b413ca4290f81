"""The cache on disk: what is damaged, foreign or cut short counts as absent, and nothing that fails there fails a command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.check import dictionary
from franking.check.registry import check_rules, rules_about_values
from franking.check.word_index import WordIndex
from franking.files.disk_cache import DiskCache, user_folder

NAME, CONTENT, LIMIT = "proofs-one", b"what was worked out" * 40, 10_000
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    made = DiskCache(tmp_path / "caches" / "franking")
    made.write(NAME, CONTENT)
    assert made.read(NAME, LIMIT) == CONTENT
    return made


def linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def of_another(path: Path) -> None:
    DiskCache(path.parent).write("proofs-two", b"other")
    path.write_bytes(path.with_name("proofs-two").read_bytes())


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
    "a bit of the checksum": lambda path: path.write_bytes(path.read_bytes().replace(path.read_bytes()[20:21], b"\xff", 1)),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "cut in the head": lambda path: path.write_bytes(path.read_bytes()[:9]),
    "empty": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
    "only zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "of another entry": of_another,
    "gone": lambda path: path.unlink(),
    "a folder": made_a_folder,
}
FOREIGN: dict[str, Callable[[Path], object]] = {
    "a link": linked,
    "a file that others may write": lambda path: path.chmod(0o622),
    "a file that the group may write": lambda path: path.chmod(0o660),
    "a folder that others may write": lambda path: path.parent.chmod(0o777),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_absent_and_can_be_made_again(cache: DiskCache, damage: str) -> None:
    DAMAGES[damage](cache.folder / NAME)
    assert cache.read(NAME, LIMIT) is None
    if damage != "a folder":
        cache.write(NAME, CONTENT)
        assert cache.read(NAME, LIMIT) == CONTENT


@POSIX
@pytest.mark.parametrize("what", FOREIGN)
def test_what_others_may_write_is_not_used(cache: DiskCache, what: str) -> None:
    FOREIGN[what](cache.folder / NAME)
    assert cache.read(NAME, LIMIT) is None


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_not_used(cache: DiskCache) -> None:
    os.chown(cache.folder / NAME, 65534, 65534)
    assert cache.read(NAME, LIMIT) is None
    cache.write(NAME, CONTENT)
    os.chown(cache.folder, 65534, 65534)
    assert cache.read(NAME, LIMIT) is None
    cache.write("proofs-two", CONTENT)
    assert not (cache.folder / "proofs-two").exists()


def test_an_entry_over_the_limit_is_not_read(cache: DiskCache) -> None:
    assert cache.read(NAME, len(CONTENT)) == CONTENT
    assert cache.read(NAME, len(CONTENT) - 1) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    cache = DiskCache(tmp_path / "file" / "franking")
    cache.write(NAME, CONTENT)
    assert cache.read(NAME, LIMIT) is None


@POSIX
def test_a_full_disk_leaves_the_entry_of_before_and_nothing_else(cache: DiskCache) -> None:
    code = f"""
import resource, signal
from pathlib import Path
from franking.files.disk_cache import DiskCache
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
DiskCache(Path({str(cache.folder)!r})).write({NAME!r}, b"other" * 1000)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert cache.read(NAME, LIMIT) == CONTENT
    assert [path.name for path in cache.folder.iterdir()] == [NAME]


def test_two_writers_at_once_leave_whole_entries(cache: DiskCache) -> None:
    code = """
import sys
from pathlib import Path
from franking.files.disk_cache import DiskCache
cache = DiskCache(Path(sys.argv[1]))
for number in range(300):
    cache.write(sys.argv[2], sys.argv[3].encode() * (1000 + number))
"""
    command = [sys.executable, "-c", code, str(cache.folder), NAME]
    writers = [subprocess.Popen([*command, letter]) for letter in "ab"]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        found = cache.read(NAME, LIMIT)
        assert found is not None
        assert found == CONTENT or set(found) in ({ord("a")}, {ord("b")})
        seen += 1
    assert seen > 10
    assert [writer.returncode for writer in writers] == [0, 0]
    assert [path.name for path in cache.folder.iterdir()] == [NAME]


def test_the_oldest_entries_go_where_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("franking.files.disk_cache._MOST", 10)
    cache = DiskCache(tmp_path / "cache")
    cache.write("words-kept", CONTENT)
    for number in range(11):
        cache.write(f"proofs-{number}", CONTENT)
        os.utime(tmp_path / "cache" / f"proofs-{number}", ns=(number, number))
    assert cache.read("words-kept", LIMIT) == CONTENT
    assert cache.read("proofs-10", LIMIT) == CONTENT
    assert cache.read("proofs-0", LIMIT) is None


def test_the_folder_is_that_of_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_folder() == tmp_path / "franking"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert user_folder() == tmp_path / "home/.cache/franking"
    monkeypatch.setattr("sys.platform", "darwin")
    assert user_folder() == tmp_path / "home/Library/Caches/franking"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert user_folder() == tmp_path / "franking/cache"


WORDS = st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=4)


@given(st.sets(WORDS), WORDS)
def test_an_index_holds_its_words_and_no_other(words: set[str], other: str) -> None:
    index = WordIndex(WordIndex.of(words))
    assert all(word in index for word in words)
    assert (other in index) == (other in words)
    assert "" not in index
    assert "a\nb" not in index


def test_words_are_known_by_the_index_as_by_the_dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "receive recieve Portland portland PARCEL houses houses's it's don't qwrtz café İ ß adress Adresse naïve maʼam oʼclock neʼer boʼsun".split()
    words += [f"{word}{end}" for word in ("ship", "order", "thank", "zzz") for end in ("", "s", "ed", "ing", "ly", "’s")]

    def known() -> list[bool]:
        for cached in (dictionary.is_known, dictionary._everyday, dictionary._forms, dictionary._part):
            cached.cache_clear()
        return [dictionary.is_known(word, "en") for word in words]

    monkeypatch.setattr("franking.files.disk_cache._chosen", [])
    monkeypatch.setenv("FRANKING_CACHE", "off")
    expected = known()
    assert not all(expected)
    assert any(expected)
    monkeypatch.setenv("FRANKING_CACHE", str(tmp_path / "cache"))
    assert known() == expected
    assert len(list((tmp_path / "cache").glob("words-*"))) == 2
    assert known() == expected
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:1000])
    assert known() == expected
    for cached in (dictionary._everyday, dictionary._forms):
        cached.cache_clear()


def test_the_packages_of_the_dictionaries_are_not_loaded(tmp_path: Path) -> None:
    code = """
import sys
from franking.check.dictionary import is_known
print([is_known(word, "en") for word in ("delivery", "qwrtzpf", "Skagen")])
print(sorted({"simplemma", "spellchecker"} & set(sys.modules)))
"""
    environment = {**os.environ, "FRANKING_CACHE": str(tmp_path / "cache")}
    first, second = (
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert first == second == "[True, False, False]\n[]\n"


def test_the_rules_about_values_are_all_of_them() -> None:
    assert rules_about_values() == tuple(entry for entry in check_rules() if entry.values)
