"""Imports somebody's HTML mail or template: it becomes a kind and a theme of the project.

The stages: a dialect reads the source into neutral tokens (``tokens``); ``masking`` replaces them by markers, so the rest
is HTML that the checker can fix; ``emission`` writes Jinja2 for the markers; ``verification`` renders the result. What is not
understood, or can be read in two ways, becomes a ``Decision`` with file and line.
"""
