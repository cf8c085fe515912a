"""Clause → questions of the catalogue: which one is meant, and which name is which of its parameters."""
