"""``franking lsp``."""

from __future__ import annotations

from franking.errors import ConfigurationError, install_hint


def language_server() -> None:
    """Serve an editor until it ends the connection. Raises ``ConfigurationError`` without the extra ``lsp``."""
    try:
        from franking.lsp.handlers import serve
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"the language server needs {error.name}: {install_hint('lsp')}") from None
    serve()
