"""The mitigation bridge: how a scenario's interventions share what they do together, to the penny."""
