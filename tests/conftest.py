"""One Hypothesis profile for all tests: no deadlines, because a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("franking", deadline=None)
settings.load_profile("franking")
