"""HTML as the web means it: the parsed document with its source positions, and the image files that it names."""
