"""A rendered message as input of the checker."""

from __future__ import annotations

from franking.model import Attachment, Inlined, Message


def as_message(inlined: Inlined, order_id: str = "") -> Message:
    """A rendered message as input of the checker, with the theme's images by their ``cid:`` URLs. ``order_id`` replaces the
    draft's if the texts contain it instead. The subject of the buyer's own thread is omitted, because the buyer wrote it."""
    draft = inlined.draft
    files = {f"cid:{cid}": asset.content for cid, asset in draft.images.items()}
    attached = tuple(Attachment(file.name, file.media_type, len(file.content)) for file in draft.files)
    name = f"{draft.kind}/{draft.theme}/{draft.locale}/{draft.order_id}"
    subject = draft.subject if draft.thread is None else None
    return Message(
        name, inlined.html, inlined.text, subject, order_id or draft.order_id, files, draft.marketplace,
        draft.allowed_links, draft.assets, draft.language, draft.allowed_phones, attached,
        draft.allowed_attachments, draft.vocabulary, draft.facts, draft.names, draft.kind, True,
        own_words=draft.own_words, styled=inlined.styled,
    )  # fmt: skip
