"""Rules: what follows from what. One SPARQL CONSTRUCT a file; its patterns are the premises of what it concludes.

A rule may hold triple patterns, property paths (sequence, choice, inverse, `?`; `*` and `+` over properties that no
rule derives), UNION, FILTER and FILTER NOT EXISTS. Anything else is refused, with its line and what to do instead; so
are blank nodes in its head, functions whose value is not the same each time, and a rule that rests on the absence of
what it may itself bring about. A blank node (the ontology's; no document has one) may stand between what it names; of
one itself nothing is found to be absent.
"""

from __future__ import annotations

from kg.rules.rule import Rule
from kg.rules.ruleset import RuleSet, read

__all__ = ["Rule", "RuleSet", "read"]
