"""What comes in from outside: published statistics, a council's own returns, logs and tables.

Every file is checked before anything is made of it, and nothing that is missing is read as nought.
"""
