"""What is typed: its words, what stands around the question, and the clause of several that asks."""
