"""Items → a clause: builds of English put the plain way, what is asked for, and who stands where."""
