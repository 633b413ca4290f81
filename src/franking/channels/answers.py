"""The forms of the answers that are read, as far as they are. Loaded with the first answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_Given = Annotated[str, StringConstraints(min_length=1)]


def _empty(value: object) -> object:
    return {} if value is None else value


class Form(BaseModel):
    """An object of an answer; what else is in it is not read."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class Token(Form):
    """Login with Amazon (RFC 6749, section 5.1). Valid for an hour if it does not give a lifetime."""

    access_token: str = Field(pattern=r"^[!-~]+$")
    expires_in: float = Field(3600.0, ge=0)


class RestrictedToken(Form):
    """Tokens API 2021-03-01, ``createRestrictedDataToken``."""

    token: str = Field(alias="restrictedDataToken", pattern=r"^[!-~]+$")


class _Link(Form):
    href: str


class _Links(Form):
    actions: list[object]  # the API may list actions that are unknown to this version


class _OwnLinks(Form):
    self: _Link | None = None


class Action(Form):
    """An action by itself: in ``payload`` or beside it. Its schema, which contains the limit, is not modelled."""

    model_config = ConfigDict(extra="allow")
    links: _OwnLinks | None = Field(None, alias="_links")
    name: str | None = None
    disabled: bool | None = None
    disabled_reason: str | None = Field(None, alias="disabledReason")


class _Embedded(Form):
    actions: Annotated[list[Any], BeforeValidator(lambda value: [] if value is None else value)] = Field(default_factory=list)


class Actions(Form):
    """Messaging v1 and Solicitations v1, ``get…ActionsForOrder``."""

    links: _Links = Field(alias="_links")
    embedded: Annotated[_Embedded, BeforeValidator(_empty)] = Field(default_factory=_Embedded, alias="_embedded")


class _Buyer(Form):
    locale: str | None = None


class Attributes(Form):
    """Messaging v1, ``GetAttributes``."""

    buyer: _Buyer | None = None


class Destination(Form):
    """Uploads 2020-11-01, ``createUploadDestinationForResource``."""

    identity: _Given = Field(alias="uploadDestinationId")
    url: _Given
    headers: Annotated[dict[str, str], BeforeValidator(_empty)] = Field(default_factory=dict)


class UploadAnswer(Form):
    """The same, as it is answered."""

    payload: Destination
