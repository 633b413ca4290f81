"""The template languages that can be imported, one per file."""
