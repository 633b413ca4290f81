"""CSS as its specifications have it: declarations, selectors, media queries, the cascade, computed values."""
