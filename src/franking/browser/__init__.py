"""An installed browser as a measuring instrument: used boxes and computed styles of a message, without scripts or network.

Nothing here knows a rule. ``facts`` is what is measured, ``find`` the installed browser, ``session`` its process; only
``session`` needs the extra ``browser`` (Playwright), and only while one is open.
"""
