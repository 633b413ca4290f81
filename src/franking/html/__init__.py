"""HTML by the WHATWG standard: the parsed document with source positions, and its image files."""
