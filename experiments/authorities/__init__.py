"""A config for any English authority, from what is published of it and of England."""
