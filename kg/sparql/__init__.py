"""SPARQL's results, and its syntax errors in words."""
