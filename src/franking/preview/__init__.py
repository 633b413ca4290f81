"""Previews: what designers look at."""
