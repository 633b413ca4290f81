"""Project folders: a new one from the files that the package ships, and new kinds and themes in an existing one.

Nothing here prints or asks; the commands ``init`` and ``new`` do.
"""
