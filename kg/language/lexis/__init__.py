"""Words → items: what each may mean, by the lexicon of the ontology and the names of things."""
