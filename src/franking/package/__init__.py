"""What a package says of itself: the names that it offers, and the installed version."""
