"""Rules: what follows from what. One SPARQL CONSTRUCT a file; its patterns are the premises of what it concludes.

A rule may hold triple patterns, property paths (sequence, choice, inverse, `?`; `*` and `+` over properties that no
rule derives), FILTER, FILTER NOT EXISTS, MINUS, OPTIONAL, UNION, VALUES, BIND, and sub-SELECTs that GROUP BY and
count. It may not hold SERVICE, GRAPH, FROM, FILTER EXISTS, blank nodes in its head, functions whose value is not the
same each time, nor rest on the absence or number of what it may itself bring about. A blank node (the ontology's; no
document has one) may stand between what it names; of one itself nothing is found to be absent, or counted.
"""

from __future__ import annotations

from kg.rules.reading import Rule
from kg.rules.ruleset import RuleSet, read

__all__ = ["Rule", "RuleSet", "read"]
