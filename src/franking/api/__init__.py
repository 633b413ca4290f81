"""The Python API: what ``import franking`` offers, on the same code as the commands."""
