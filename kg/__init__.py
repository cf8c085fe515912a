"""Security Guarantees KG: who says what about peace proposals, in which words, and what follows from it."""
