"""The catalogue's questions, and their answers with the words behind each row."""
