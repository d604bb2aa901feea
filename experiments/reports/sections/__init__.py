"""The sections of the report, a file for each theme; `contents.py` puts them in order."""
