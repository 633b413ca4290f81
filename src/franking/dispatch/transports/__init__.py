"""The types of transports, one file each: adding one is adding a file that defines ``TRANSPORT``."""
