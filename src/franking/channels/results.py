"""What became of one API call. A caller must know which of the four it is before it does anything else."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApiError:
    """One entry of an answer's ``errors``. ``message`` and ``details`` are the server's words, without addresses."""

    code: str
    message: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" ({self.details})" if self.details else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """The API did what it was asked. ``data`` is the parsed JSON body, None for an empty one."""

    status: int
    data: object = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection was made: the API never saw the call."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The API answered that it did not do it. ``retry_after`` is in seconds, None if it names none. ``by_service`` is
    whether the service itself answered (a body with ``errors``), not something in front of it."""

    status: int
    errors: tuple[ApiError, ...]
    retry_after: float | None = None
    by_service: bool = False

    @property
    def about_token(self) -> bool:
        """Whether it concerns the access token; a new token helps."""
        text = " ".join(f"{error.code} {error.message} {error.details}".lower() for error in self.errors)
        return self.status == 401 or (self.status == 403 and "token" in text and "expired" in text)

    def __str__(self) -> str:
        return " ".join([str(self.status), *(str(error) for error in self.errors[:2])])[:300]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The call was sent, and its answer was lost or is not conclusive: the API may have done it."""

    why: str


Result = Answer | NotSent | Refused | Ambiguous
