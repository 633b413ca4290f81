"""The CSS half of the checker: declarations, the cascade, computed styles."""
