"""Franking: order messages that the marketplace permits, proven before they leave."""

from importlib.metadata import version

__version__ = version("franking")
