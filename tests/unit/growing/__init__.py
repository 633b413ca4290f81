"""Families of inputs that grow: ``n`` is the number of repetitions. Each is a way to make a parser or a pattern look at the
same characters again and again."""
