"""Used boxes of a message at one width: the horizontal half of CSS layout, computed without a browser."""
