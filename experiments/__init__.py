"""Many replications of one authority: what is run, on which cores, and what is kept of it."""
