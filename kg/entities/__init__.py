"""What the graph knows about a thing: entities, claims, sources, proposals compared, any IRI of ours described."""
