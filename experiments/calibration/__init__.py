"""What a council's own figures say of the uncertain numbers of its config.

Runs from the prior are kept in a bank; history matching sets aside what the figures rule out;
approximate Bayesian computation makes the posterior of what is left; and the same method is tried on
simulated authorities whose parameters are known.
"""
