"""How fast the engine is, beside a textbook SimPy model and beside Ciw, on problems anybody can read."""
