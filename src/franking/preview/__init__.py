"""Previews for designers: a gallery of files, and a live page."""
