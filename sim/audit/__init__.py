"""What must always hold: children, pounds, hours and the legal clock, recomputed independently."""
