"""What is configured: ``franking.toml``, the environment and options as settings, and settings as the parts of use cases.

The commands and the Python API start here, so that both do the same with the same settings.
"""
