"""From a planner's YAML to valid settings: reading, sampling, interventions, and every fault at once."""
