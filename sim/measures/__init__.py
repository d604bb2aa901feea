"""What the event log says: counts, stocks, rates and waits, by month and by year."""
