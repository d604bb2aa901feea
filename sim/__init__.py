"""One replication of an English local authority's SEND service: pure, and writes no files."""

__version__ = "0.1.0"
