"""One Hypothesis profile for all tests: no deadlines, because a busy machine is no failure. No cache on disk outlives a test."""

import os

from hypothesis import settings

os.environ["FRANKING_CACHE"] = "off"  # tests of the cache on disk have one of their own

settings.register_profile("franking", deadline=None)
settings.load_profile("franking")
