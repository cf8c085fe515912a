"""Reading → answer: the parts answered, combined, and told."""
