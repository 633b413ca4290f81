"""``campaigns.toml``: what ``franking run`` sends. Each table is a campaign.

The file is checked as a whole before anything runs: a campaign that cannot be read stops all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, RootModel

from franking.batch.wish import Wish
from franking.catalog import Catalog
from franking.catalog.toml import line_of, parse
from franking.config.settings import Settings
from franking.errors import ConfigurationError, FrankingError
from franking.selection import After, Hours, Term

CAMPAIGNS_FILE = Path("campaigns.toml")
_KEY = r"[a-z0-9][a-z0-9_-]{0,63}"


class CampaignTable(BaseModel):
    """A campaign as the file has it. Paths are relative to the working folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str | list[str]
    kind: str
    theme: str | None = None
    channel: Literal["email", "api", "auto", "other"] | None = None
    policy: str | None = None
    only: list[str] = []
    without: list[str] = Field([], alias="not")
    after: str | None = None
    between: str | None = None
    days: str | None = None
    daily: PositiveInt | None = None
    states: str | None = None
    details: Path | None = None
    attach: Path | None = None
    items: list[Path] = []
    marketplace: str | None = None
    encoding: str | None = None


class _File(RootModel[dict[Annotated[str, Field(pattern=rf"^{_KEY}$")], CampaignTable]]):
    pass


class Campaign(NamedTuple):
    """A campaign that was checked."""

    name: str
    table: CampaignTable
    wish: Wish

    @property
    def sources(self) -> list[str]:
        """Its files, as patterns."""
        return [self.table.source] if isinstance(self.table.source, str) else self.table.source


def read_campaigns(path: Path, settings: Settings) -> list[Campaign]:
    """The campaigns in the file's order. Raises ``ConfigurationError`` that names file and line for the first thing that is
    wrong, and if there is none."""
    if not path.is_file():
        raise ConfigurationError(f"{path}: no such file; franking init writes one to start from (docs/campaigns.md)")
    try:
        tables = parse(path, _File).root
    except FrankingError as error:
        raise ConfigurationError(str(error)) from None
    if not tables:
        raise ConfigurationError(f"{path}:1: no campaign; expected a table for each, such as [reviews]")
    catalog = Catalog(settings.templates, settings.themes)
    found = [Campaign(name, table, _wish(path, name, table)) for name, table in tables.items()]
    caps: dict[str, int] = {}
    for name, table, _ in found:
        place = _Place(path, name)
        place.check("kind", partial(catalog.kind, table.kind))
        place.check("theme", partial(catalog.theme, table.theme or settings.theme))
        for number, source in enumerate([table.source] if isinstance(table.source, str) else table.source):
            if not source.strip():
                raise place.error("source", "an empty pattern; expected for example reports/*.txt", number)
            if source.startswith("api:"):
                raise place.error("source", f"{source[:40]!r}: the API is no source yet; expected order files", number)
        if table.daily is not None and caps.setdefault(table.kind, table.daily) != table.daily:
            raise place.error("daily", f"another campaign of the kind {table.kind} has another one; the cap is the kind's")
    return found


class _Place(NamedTuple):
    """The file and campaign that an error names."""

    path: Path
    name: str

    def error(self, field: str, message: str, *number: int) -> ConfigurationError:
        line = line_of(self.path, self.name, field, *number)
        return ConfigurationError(f"{self.path}:{line}: {self.name}.{field}: {message}")

    def check(self, field: str, read: Callable[[], object], *number: int) -> None:
        """Raise what reading a field raises, with its line."""
        try:
            read()
        except FrankingError as error:
            raise self.error(field, str(error), *number) from None


def _wish(path: Path, name: str, table: CampaignTable) -> Wish:
    place = _Place(path, name)
    for field, option, texts in (("only", "only", table.only), ("not", "not", table.without)):
        for number, text in enumerate(texts):
            place.check(field, partial(Term.parse, option, text), number)
    if table.after is not None:
        place.check("after", lambda: After.parse(table.after or "", "after"))
    if table.between is not None:
        place.check("between", lambda: Hours.parse(table.between, None))
    if table.days is not None:
        place.check("days", lambda: Hours.parse(None, table.days))
    return Wish.parse(table.only, table.without, table.after, table.between, table.days)


def chosen(campaigns: Sequence[Campaign], names: Sequence[str]) -> list[Campaign]:
    """Those of some names, in the file's order; all without names. Raises ``ConfigurationError`` for one that is not there."""
    known = [campaign.name for campaign in campaigns]
    odd = next((name for name in names if name not in known), None)
    if odd is not None:
        raise ConfigurationError(f"no campaign {odd[:40]!r}; expected one of: {', '.join(known)}")
    return [campaign for campaign in campaigns if not names or campaign.name in names]
