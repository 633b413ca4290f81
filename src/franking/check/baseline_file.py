"""The form of a baseline's file."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class BaselineEntry(BaseModel):
    """A finding, and how often it is there."""

    model_config = ConfigDict(strict=True)
    source: str
    rule: str
    path: str
    message: str
    count: int = Field(ge=1, le=10**9)


class BaselineFile(BaseModel):
    """What ``--write-baseline`` writes."""

    model_config = ConfigDict(strict=True)
    schema_: Literal[1] = Field(1, alias="schema")
    findings: list[BaselineEntry]
