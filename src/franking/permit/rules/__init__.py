"""One permission rule, one file. The docstring is the manual page; its examples are executed by the tests."""
