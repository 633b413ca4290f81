"""The schema that this version knows."""

HEAD = "0007"
