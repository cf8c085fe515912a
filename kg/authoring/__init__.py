"""Documents without Turtle: one YAML file, with names in the place of IRIs, compiled to the statements of today."""
