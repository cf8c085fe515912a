"""A document from its bytes to statements, each anchored to the words of its source."""
