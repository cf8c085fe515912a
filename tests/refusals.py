"""A check for schemathesis: what fits the schema is refused for what it names or says, and for nothing else."""

from __future__ import annotations

import schemathesis

# Problems that a schema cannot foresee: names that the graph does not know, SPARQL and documents that are none.
FORESEEN = {
    *("unknown-name", "ambiguous-name", "unknown-cursor", "not-understood"),
    *("rejected", "bad-query", "query-timeout", "query-too-large", "elsewhere"),
}


@schemathesis.check
def refused_for_what_it_says(
    context: schemathesis.CheckContext,  # noqa: ARG001 - the signature of a check
    response: schemathesis.Response,
    case: schemathesis.Case,
) -> None:
    """Of a well-formed request the problem says that a name is unknown, or a query or document none.

    Parameters that a question does not have are refused as well: which it has, its file says.
    """
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if fits and response.status_code in (400, 408, 413, 422):
        problem = response.json()
        declared = {parameter.name for parameter in case.operation.query}
        unknown = problem["type"] == "/problems/bad-parameter" and problem["culprit"] not in declared
        assert unknown or problem["type"].rpartition("/")[2] in FORESEEN, f"{case.method} {case.path}: {problem}"
