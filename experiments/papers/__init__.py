"""Council papers as experiments: what each claims beside what the simulation gives, with uncertainty."""
