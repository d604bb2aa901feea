"""Tables that planners hold beside the returns: staff, time, places, contracts and money.

Each is a small CSV with a template in `templates/`. Its module says what the columns mean and what
becomes of them; `importing.import_table` reads one kind, and writes a config layer and tidy sums.
"""
