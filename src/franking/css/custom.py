"""Custom properties (CSS Custom Properties 1), registered ones too."""

from __future__ import annotations

from collections.abc import Mapping

from franking.css.declaration_origin import CascadedValues
from franking.css.lengths import significant
from franking.css.registered import Registered, Tokens
from franking.css.values import wide_keyword
from franking.css.variables import settled


def custom_properties(
    cascaded: CascadedValues, inherited: Mapping[str, Tokens], registered: Mapping[str, Registered], *, root: bool
) -> dict[str, Tokens]:
    """The custom properties of an element with what it declares and inherits."""
    custom = dict(inherited)
    for name, rule in registered.items():
        if root or not rule.inherits:
            _set(custom, name, rule.initial)
    for name, cascaded_value in cascaded.items():
        if not name.startswith("--"):
            continue
        word = wide_keyword(significant(cascaded_value.value))
        one = registered.get(name)
        if word is None:
            custom[name] = cascaded_value.value
        elif word == "initial" or (word != "inherit" and one is not None and not one.inherits):
            _set(custom, name, one.initial if one is not None else None)
        else:
            _set(custom, name, inherited.get(name, one.initial if one is not None and root else None))
    settled(custom, cascaded)
    return custom


def _set(custom: dict[str, Tokens], name: str, value: Tokens | None) -> None:
    if value is None:
        custom.pop(name, None)
    else:
        custom[name] = value
