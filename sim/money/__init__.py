"""What it costs: dated prices, and a ledger in whole pence reckoned from the event log."""
