"""The types of order reports, one file each: adding one is adding a file that defines ``TYPE``."""
