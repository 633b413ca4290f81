"""The transport types. Each module defines one as ``TRANSPORT``."""
