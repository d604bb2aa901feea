"""Freeze at a January, forecast the years after it, score against what was published later."""
