"""The form of a sandbox script in JSON; what the fields mean stands at ``Fault`` and ``Script``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class FaultForm(_Form):
    """One fault."""

    operation: str = ""
    order: str = ""
    times: int = Field(1_000_000_000, ge=0)
    status: int = Field(0, ge=0, le=599)
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)
    drop: Literal["", "before", "after", "within"] = ""
    delay: float = Field(0.0, ge=0)
    late: float = Field(0.0, ge=0)
    after: int = Field(0, ge=0)
    cut: int = Field(0, ge=0)


class ScriptForm(_Form):
    """A whole script."""

    faults: list[FaultForm] = Field(default_factory=list)
    actions: dict[str, list[str]] = Field(default_factory=dict)
    disabled: dict[str, dict[str, str]] = Field(default_factory=dict)
    locales: dict[str, str] = Field(default_factory=dict)
    rate: float | None = Field(100.0, gt=0)
    orders: list[list[Any]] | None = Field(default_factory=list)
    orders_v0: list[list[Any]] | None = Field(default_factory=list)
    items: dict[str, list[list[Any]]] = Field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = Field(default_factory=dict)
    feeds: dict[str, dict[str, Any]] = Field(default_factory=dict)
