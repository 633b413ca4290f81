"""Kinds and themes whose files are known to be valid from the cache on disk: the same as without it, and never of other files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

from franking.catalog import Catalog, form_data, forms
from franking.errors import TemplateError
from franking.model import Kind, Theme

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("franking.files.disk_cache._chosen", [])
    monkeypatch.setenv("FRANKING_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def shop(tmp_path: Path) -> Catalog:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Catalog(tmp_path / "templates", tmp_path / "themes")


def read(shop: Catalog) -> list[Kind | Theme]:
    return [*map(shop.kind, shop.variants()), *map(shop.theme, shop.theme_names())]


def test_files_that_are_known_to_be_valid_are_read_as_others(
    shop: Catalog, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(shop)
    assert list(cached.iterdir())
    monkeypatch.setattr("franking.catalog.toml.parse", None)  # it would be called
    monkeypatch.setattr("franking.catalog.samples.parse_sample", None)
    assert read(shop) == first
    monkeypatch.undo()
    monkeypatch.setattr("franking.files.disk_cache._chosen", ["off"])
    assert read(shop) == first


def test_a_changed_file_is_validated_again(shop: Catalog, cached: Path) -> None:
    read(shop)
    file = shop.templates / "reply" / "kind.toml"
    file.write_text(f'colour = "blue"\n{file.read_text("utf-8")}', "utf-8")
    with pytest.raises(TemplateError, match=r"kind\.toml:1: colour: extra inputs are not permitted"):
        shop.kind("reply")
    sample = next((shop.templates / "invoice" / "samples").glob("*.json"))
    sample.write_text('{"title": 5, "order": {}}', "utf-8")
    with pytest.raises(TemplateError, match="title: found a JSON number"):
        shop.kind("invoice")


def test_a_damaged_entry_is_not_used(shop: Catalog, cached: Path) -> None:
    first = read(shop)
    for entry in cached.iterdir():
        entry.write_bytes(entry.read_bytes().replace(b'"', b"'"))
    assert read(shop) == first


def test_the_order_of_a_sample_is_not_copied_into_the_cache(shop: Catalog, cached: Path) -> None:
    sample = next((shop.templates / "reply" / "samples").glob("*.json"))
    sample.write_text('{"title": "one", "order": {"buyer_name": "Quirin Oberhuber"}}', "utf-8")
    shop.kind("reply")
    shop.kind("reply")
    assert all(b"Oberhuber" not in entry.read_bytes() for entry in cached.iterdir())


def shape(model: object) -> object:
    """A type with the fields of all models and typed dictionaries in it."""
    if isinstance(model, type) and (issubclass(model, BaseModel) or hasattr(model, "__total__")):
        return {name: shape(hint) for name, hint in get_type_hints(model).items() if name != "model_config"}
    arguments = get_args(model)
    return (getattr(model, "__origin__", None), *map(shape, arguments)) if arguments else model


@pytest.mark.parametrize(("form", "data"), [(forms.KindFile, form_data.KindData), (forms.ThemeFile, form_data.ThemeData)])
def test_kept_forms_have_the_fields_and_types_of_their_models(form: type[BaseModel], data: type) -> None:
    assert shape(form) == shape(data)
