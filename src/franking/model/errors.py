"""The one exception that people see."""


class FrankingError(Exception):
    """Unusable input or configuration: one line for the user, naming file, line, what was found and expected.

    The command line prints it and exits with 2.
    """
