"""Files that must be whole, and private."""
