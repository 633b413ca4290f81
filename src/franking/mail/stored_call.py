"""The form in which the outbox holds a message that goes by the marketplace's API."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError


def _content(value: object) -> object:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("base64", "no Base64") from None


class StoredCall(BaseModel):
    """``files`` are name, media type and content."""

    model_config = ConfigDict(frozen=True)
    call: Literal[1]
    action: str
    order: str
    marketplace: str
    seller: str
    text: str
    covered: tuple[str, str] | None
    files: list[tuple[str, str, Annotated[bytes, BeforeValidator(_content)]]]
