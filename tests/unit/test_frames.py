"""Frames: classes of words that meet in a clause or sentence."""

from __future__ import annotations

import json
from importlib import resources
from time import process_time

import pytest

from franking.policy import frames
from franking.policy.frames.indexed import FILES, made
from franking.policy.frames.reading import SPACED, _lines, terms
from franking.policy.frames.reading import frames as all_frames
from franking.policy.frames.vocabulary import glance

FOUND_WITHOUT_TERMS = {"alone", "capscode", "label", "percent", "question", "short"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cancel_request", "The lamp broke, so please cancel it.", "please cancel"),
        ("cancel_request", "Bitten Sie Amazon um Stornierung.", "Bitten Sie Amazon um Stornierung"),
        ("review_manipulation", "Happy with it? Then leave a review.", "Happy with it? Then leave a review"),
        ("promotion", "Enter MUG20 in your basket.", "MUG20 in your basket"),
        ("opt_out", "Enough of our mails?", "Enough of our mails"),
        ("opt_out", "You get this mail because you are on our mailing list.", "mail because you are on our mailing"),
        ("promotion", "Free shipping this week only.", "Free shipping this week"),
        (
            "promotion",
            "Descubra cientos de otros modelos en nuestra tienda.",
            "Descubra cientos de otros modelos en nuestra tienda",
        ),
        ("review_manipulation", "Happy with it? Tell others on Amazon!", "Happy with it? Tell others"),
        ("review_manipulation", "In exchange for your review you get a lamp.", "In exchange for your review"),
        ("cancel_request", "Wir brauchen Ihre Stornierungsanfrage.", "brauchen Ihre Stornierungsanfrage"),
        ("promotion", "Folge @lumira jetzt.", "Folge @"),
        ("promotion", "Share a photo with #lumira.", "Share a photo with #"),
        ("promotion", "هل شُكرًا رأيت مجموعتنا؟ تابِعونا.", "تابِعونا"),  # with short vowels
        ("opt_out", "هل تريد إيقاف الرسائل؟", "تريد إيقاف الرسائل"),
    ],
)
def test_a_frame_is_met(name: str, text: str, words: str) -> None:
    hits = frames.found(name, text)
    assert any(text[hit.start : hit.end] in words or words in text[hit.start : hit.end] for hit in hits), hits


@pytest.mark.parametrize(
    "text",
    [
        "Get 10 %", "We refund 10 % of the price.", "Your coupon has been applied to the order.", "We cancelled your order.",
        "Please do not cancel the order.", "You can leave feedback on the order page.", "We send a free of charge replacement.",
        "The total includes 19 % VAT.", "The battery arrives at 10 %.", "Discount: -5.00 EUR",
        "Please hold the cancel key on the keypad.", "Press Menu and cancel the timer.", "Please complete your return by Friday.",
        "The table measures 120 x 60 cm.", "Der Tisch misst 120 x 60 cm.", "Wir bieten auch eine Zustellung am Abend an.",
        "We do not offer anything in return for reviews.", "Any questions, comments or problems? Write to us.",
        "With your consent we pass your phone number to the carrier.", "Ihre Rechnung ist jetzt im Konto verfügbar.", "Shall we cancel the order?", "Enter code 4471 at the locker.",
    ],
)  # fmt: skip
def test_a_near_miss_meets_none(text: str) -> None:
    assert frames.lists_in(text) == frozenset()


def test_a_clause_excuses_what_a_list_finds() -> None:
    assert frames.excused("promotion", "Your coupon was applied to this order.", 5)
    assert not frames.excused("promotion", "Your coupon is waiting.", 5)


@pytest.mark.parametrize("file", FILES)
def test_the_index_is_up_to_date(file: str) -> None:
    written = resources.files("franking.policy.frames").joinpath("index", f"{file}.json").read_text("utf-8")
    assert json.loads(written) == made(file), "run: make words"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You get 2 for 1.", "en"), ("Please cancel it.", "en"), ("Bitten Sie Amazon um Stornierung.", "de"),
        ("Enter MUG20 in your basket.", "en"), ("Happy with it? Then leave a review.", "en"),
    ],
)  # fmt: skip
def test_the_cheap_look_passes_what_a_frame_may_be_met_in(text: str, language: str) -> None:
    assert language in glance().languages(text)


@pytest.mark.parametrize("text", ["Guten Tag Anna Otto-Iversen,", "Hello", ""])
def test_the_cheap_look_stops_ordinary_texts(text: str) -> None:
    assert not glance().languages(text)


@pytest.mark.parametrize("language", SPACED)
def test_a_term_may_run_over_the_end_of_a_line(language: str) -> None:
    assert [term for _, term in terms(language) if term.split(" ") != term.split()] == []


def test_every_class_of_a_frame_has_terms() -> None:
    known = {name for language in ("any", *SPACED, "ja") for name, _ in _lines(language)} | FOUND_WITHOUT_TERMS
    used = {
        name
        for trigger, some in all_frames().items()
        for frame in some
        for name in (trigger, *frame.not_here, *frame.not_near, *(n for group in (*frame.here, *frame.near) for n in group))
    }
    assert used - known == set()


@pytest.mark.parametrize("piece", ["please cancel ", "review, ", "a* ", "5 stars? ", "unsubscribe", "İ", "take off ", "% "])
def test_time_grows_with_the_text(piece: str) -> None:
    def taken(size: int) -> float:
        begin = process_time()
        frames._hits(piece * size)
        return process_time() - begin

    taken(10)
    short, long = min(taken(400 + i) for i in range(3)), min(taken(1600 + i) for i in range(3))
    assert long <= max(0.02, 8 * short)


def test_an_excuse_of_two_marks_covers_what_other_frames_find() -> None:
    """One mark excuses what the word list finds; two marks also what the frames find in the clause."""
    sent = "Wir haben Ihnen kostenlos eine zweite Lampe geschickt."
    device = "Die Benachrichtigungen der Waage schalten Sie in den Einstellungen des Handys ab."
    assert any(hit.excuses == 2 for hit in frames._hits(sent))
    assert not frames.found("promotion", sent)
    assert not frames.found("opt_out", device)
    assert frames.found("promotion", "Ein zweites Mal bestellen Sie bei uns kostenlos.")


def test_a_class_within_a_term_stands_for_each_of_its_terms() -> None:
    written = {term for name, term in terms("en") if name == "k_onlyleft"}
    assert {"only two left", "only # left"} <= written
    assert not any("@n" in term for term in written)
    assert frames.found("promotion", "Only three left, grab yours now!")
