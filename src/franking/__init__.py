"""Franking: order messages that the marketplace permits, proven before they leave, sent once."""


def __getattr__(name: str) -> str:
    """The installed version, looked up when it is asked for: most commands never do."""
    if name == "__version__":
        from importlib.metadata import version

        return version("franking")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
