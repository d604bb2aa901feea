"""SEN2 person-level returns: a council's own is read and fitted, a simulated authority's is written.

What a return says of a person stays in memory. Only counts, rates and fitted distributions leave it,
with their sample sizes, and none of them from fewer people than the threshold (`disclosure.py`).
"""
