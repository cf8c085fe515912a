"""The graph over HTTP: routes, forms of answers, problems. What is known and computed stands in `kg`."""
