"""The shape cache: all that is here makes messages faster, and none of it makes them differently.

``open_fast_path`` is what the pipeline asks for. In its place ``franking.model.no_fast_path`` does as well, and then nothing
needs this folder.
"""

from __future__ import annotations

from collections.abc import Callable

from franking.files.disk_cache import disk_cache
from franking.model import Draft, FastPath, Inlined
from franking.policy import Policy
from franking.rendering import Renderer
from franking.shape_cache.shapes import Shapes
from franking.shape_cache.stored_proofs import StoredProofs

__all__ = ["Shapes", "open_fast_path"]


def open_fast_path(renderer: Renderer, inline: Callable[[Draft], Inlined], policy: Policy) -> FastPath | None:
    """The shapes of one kind in one theme. None of them is known yet, but for proofs in the cache on disk."""
    cache = disk_cache()
    stored = StoredProofs(cache, renderer.kind, renderer.theme, policy) if cache is not None else None
    return Shapes(renderer, inline, policy, stored=stored)
