"""Measures a message in an installed browser: used boxes and computed styles, without scripts or network.

This package knows no rule. ``facts`` defines the measured values, ``find`` finds the installed browser, ``session`` runs
it. Only an open ``session`` needs the extra ``browser`` (Playwright).
"""
