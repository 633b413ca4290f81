"""One rule, one file. Each module's docstring is its manual page, and its examples are executed by the tests."""
