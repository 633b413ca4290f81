"""Files that must be written atomically and stay private."""
