"""The classes, roles and vocabularies; the shapes that data must have, and the reasoner."""
