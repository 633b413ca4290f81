"""The indexes of the dictionaries hold what the dictionaries' packages hold, and nothing else."""

from __future__ import annotations

import lzma
import random
from pathlib import Path

import pytest
import simplemma
import spellchecker
from hypothesis import given
from hypothesis import strategies as st
from simplemma.strategies import DictionaryLookupStrategy
from simplemma.strategies.dictionaries import StreamDictionaryFactory

from franking.check import dictionary, word_files
from franking.check.word_index import WordIndex

FORMS = Path(simplemma.__file__).parent / "strategies/dictionaries/data"
EVERYDAY = Path(spellchecker.__file__).parent / "resources"
LONG = "ä" * 300
HARD = "don't o’clock oʼclock neʼer café CAFÉ Haus haus İstanbul ß naïve l'ordre dell'ordine houses".split()


def changed(words: list[str]) -> list[str]:
    """Words beside those: without an end, without a start, with another letter."""
    return [one for word in words for one in (word[:-1], word[1:], f"{word}q", f"{word[:-1]}\uffff", word.swapcase()) if one]


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_index_of_word_forms_is_simplemmas_dictionary(language: str) -> None:
    index = WordIndex(word_files.forms(FORMS / f"{language}.plzma", language))
    known = StreamDictionaryFactory(cache_max_size=1).get_dictionary(language)
    words = list(known)
    assert all(word in index for word in [*words[::17], words[-1]])
    sample = changed(random.Random(7).sample(words, 1000))
    assert [word in index for word in sample] == [known.get(word) is not None for word in sample]


@pytest.mark.parametrize("language", ["it"])
def test_the_index_of_everyday_words_is_pyspellcheckers(language: str) -> None:
    index = WordIndex(word_files.everyday(EVERYDAY / f"{language}.json.gz", language))
    known = set(spellchecker.SpellChecker(language=language).word_frequency.dictionary)
    assert all(word in index for word in sorted(known)[::5])
    sample = changed(random.Random(7).sample(sorted(known), 1000))
    assert [word in index for word in sample] == [word in known for word in sample]


def test_a_form_is_found_as_simplemma_finds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FRANKING_CACHE", str(tmp_path))
    monkeypatch.setattr("franking.files.disk_cache._chosen", [])
    lemma = DictionaryLookupStrategy(StreamDictionaryFactory(cache_max_size=2)).get_lemma
    for language in ("en", "fr"):
        known = list(StreamDictionaryFactory(cache_max_size=1).get_dictionary(language))
        apostrophes = [word for word in known if "'" in word][:300]
        words = [*HARD, *changed(HARD), *apostrophes, *(word.replace("'", "’") for word in apostrophes)]
        assert [dictionary._is_form(word, language) for word in words] == [lemma(word, language) is not None for word in words]


def test_a_file_in_another_form_is_left_to_its_package(tmp_path: Path) -> None:
    whole = lzma.decompress((FORMS / "it.plzma").read_bytes())
    for damaged in (whole[:-1], whole + b"x", whole[1:], whole[:9]):
        with pytest.raises((ValueError, IndexError)):
            word_files.of_stream(damaged)
    (tmp_path / "it.plzma").write_bytes(lzma.compress(whole[:2000]))
    (tmp_path / "it.json.gz").write_bytes(b"no archive")
    forms = WordIndex(word_files.forms(tmp_path / "it.plzma", "it"))
    everyday = WordIndex(word_files.everyday(tmp_path / "it.json.gz", "it"))
    assert ("casa" in forms, "casaq" in forms, "casa" in everyday, "casaq" in everyday) == (True, False, True, False)


@given(
    st.sets(st.text(min_size=1, max_size=40) | st.sampled_from([LONG, LONG + "a", LONG[1:], "a", "ab"])), st.text(max_size=3)
)
def test_an_index_of_any_words_holds_these(words: set[str], other: str) -> None:
    index = WordIndex(WordIndex.of(words))
    assert all(word in index for word in words)
    assert (other in index) == (other in words)
    assert all((one in index) == (one in words) for one in changed(sorted(words)))


@pytest.mark.parametrize("data", [b"", b"wix", WordIndex.of(["a", "b"])[:-1], WordIndex.of(["a"]) + b"\0", b"\n" * 40])
def test_what_is_no_index_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no index"):
        WordIndex(data)
