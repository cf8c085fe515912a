"""Texts that harm an engine in its own process: without end, without measure, or nested without bottom."""

from __future__ import annotations

DEEP = 100_000
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PATH = "(<e:next>|<e:near>)"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
REPLACED = " ".join(f"BIND(REPLACE(?x{n}, 'a', 'aaaaaaaaaa') AS ?x{n + 1})" for n in range(12))

RUNAWAYS = {
    "join": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "path": f"SELECT (COUNT(*) AS ?n) {{ ?a {PATH}* ?b . ?c {PATH}* ?d . ?e {PATH}+ ?f }}",
    "sort": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i",
    "distinct": f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {CROSS} }} }}",
    "group": f"SELECT ?c ?f ?i (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?c ?f ?i",
    "construct": f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'none') }}",
    "ask": f"ASK {{ {CROSS} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'none') }}",
    "describe": f"DESCRIBE ?a {{ {CROSS} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'none') }}",
    "minus": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} MINUS {{ {CROSS} }} }}",
    "any path": "SELECT (COUNT(*) AS ?n) { ?a (!<e:none>)* ?b . ?b (^<e:next>|<e:near>)+ ?c . ?c (!<e:none>)* ?d }",
    "random order": f"SELECT * {{ {CROSS} }} ORDER BY RAND()",
    "concat": f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} }}",
    "replace": f"SELECT (STRLEN(?x12) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {REPLACED} }}",
    "group concat": f"SELECT (STRLEN(GROUP_CONCAT(STR(?c); separator='{'x' * 1000}')) AS ?n) {{ ?a ?b ?c . ?d ?e ?f }}",
    "exists": f"SELECT * {{ ?a ?b ?c FILTER EXISTS {{ {CROSS.replace('?a', '?z')} FILTER(?f = 'none') }} }}",
    "values": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 }}" for n in range(12))
    + " }",
    "regex": "SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a|aa)+(b|bb)+z{5,50}') }",
}
RUNAWAY_UPDATES = {
    "insert": f"INSERT {{ GRAPH <u:x> {{ ?a <u:p> ?f }} }} WHERE {{ {CROSS} }}",
    "delete": f"DELETE {{ ?a ?b ?i }} WHERE {{ {CROSS} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = 'none') }}",
    "path": f"INSERT {{ GRAPH <u:x> {{ ?a <u:p> ?d }} }} WHERE {{ ?a {PATH}* ?b . ?c {PATH}* ?d }}",
    "sort": f"INSERT {{ <u:a> <u:p> ?f }} WHERE {{ {{ SELECT * {{ {CROSS} }} ORDER BY ?i ?f }} }}",
    "string": f"INSERT {{ <u:a> <u:p> ?x40 }} WHERE {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {DOUBLED} }}",
}
NESTED = {
    "parentheses": "SELECT * { BIND(" + "(" * DEEP + "1" + ")" * DEEP + " AS ?x) }",
    "groups": "SELECT * " + "{" * DEEP + "}" * DEEP,
    "unclosed": "SELECT * " + "{" * DEEP,
    "optional": "SELECT * { " + "OPTIONAL { " * DEEP + "}" * DEEP + "}",
    "exists": "SELECT * { " + "FILTER EXISTS { " * DEEP + "}" * DEEP + "}",
    "subqueries": "SELECT * { " + "{ SELECT * { " * DEEP + "} }" * DEEP + "}",
    "paths": "SELECT * { ?s " + "(" * DEEP + "<e:p>" + ")" * DEEP + " ?o }",
    "path sequence": "SELECT * { ?s " + "/".join(["<e:p>"] * DEEP) + " ?o }",
    "path choice": "SELECT * { ?s " + "|".join(["<e:p>"] * DEEP) + " ?o }",
    "path stars": "SELECT * { ?s " + "(" * 150 + "<e:p>" + ")*" * 150 + "?o . " + "?s ^<e:p> ?o . " * 10_000 + "}",
    "if": "SELECT * { BIND(" + "IF(true, " * DEEP + "1" + ", 2)" * DEEP + " AS ?x) }",
    "or": "SELECT * { FILTER(" + " || ".join(["?x"] * DEEP) + ") }",
    "and": "SELECT * { FILTER(" + " && ".join(["?x = 1"] * DEEP) + ") }",
    "not": "SELECT * { FILTER(" + "!" * DEEP + "?x) }",
    "minus": "SELECT * { BIND(" + "- " * DEEP + "1 AS ?x) }",
    "plus": "SELECT * { BIND(" + " + ".join(["1"] * DEEP) + " AS ?x) }",
    "union": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * DEEP) + " }",
    "minus groups": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p 1 } " * DEEP + "}",
    "collections": "SELECT * { ?s ?p " + "(" * DEEP + ")" * DEEP + " }",
    "blank node lists": "SELECT * { ?s ?p " + "[ ?p " * DEEP + "1" + " ]" * DEEP + " }",
    "triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * DEEP + "1" + " )>>" * DEEP + " }",
    "reified triples": "SELECT * { " + "<< " * DEEP + "?s ?p ?o" + " >> ?p ?o" * DEEP + " }",
    "variables": "SELECT * { " + " ".join(f"?v{n} ?w{n} ?x{n} ." for n in range(30_000)) + " }",
    "escaped": "SELECT * " + "\\u007B" * DEEP + "\\u007D" * DEEP,
}
ENTITIES = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
DOCUMENTS = {
    "entities": (
        "application/rdf+xml",
        f'<!DOCTYPE x [{ENTITIES}]><r:RDF xmlns:r="{RDF}"><r:Description r:about="a:a"><p xmlns="a:">&a11;</p>'
        "</r:Description></r:RDF>",
    ),
    "one long entity many times": (
        "application/rdf+xml",
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]><r:RDF xmlns:r="{RDF}"><r:Description r:about="a:a">'
        f'<p xmlns="a:">{"&a;" * 100_000}</p></r:Description></r:RDF>',
    ),
    "elements": (
        "application/rdf+xml",
        f'<r:RDF xmlns:r="{RDF}">'
        + '<r:Description><p xmlns="a:">' * DEEP
        + "</p></r:Description>" * DEEP
        + "</r:RDF>",
    ),
    "collections": ("text/turtle", "<a:a> <a:b> " + "(" * DEEP + ")" * DEEP + " ."),
    "blank node lists": ("text/turtle", "<a:a> <a:b> " + "[ <a:b> " * DEEP + "1" + "]" * DEEP + " ."),
    "triple terms": ("text/turtle", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * DEEP + "1" + " )>>" * DEEP + " ."),
    "reified triples": ("text/turtle", "<< " * DEEP + "<a:a> <a:b> 1" + " >> <a:b> 1" * DEEP + " ."),
    "triple terms of a line": (
        "application/n-triples",
        "<a:a> <a:b> " + "<<( <a:a> <a:b> " * DEEP + "<a:c>" + " )>>" * DEEP + " .",
    ),
    "arrays": ("application/ld+json", '{"@id":"a:a","a:b":' + "[" * DEEP + "]" * DEEP + "}"),
    "objects": ("application/ld+json", '{"a:b":' * DEEP + "1" + "}" * DEEP),
    "lists": ("application/ld+json", '{"@id":"a:a","a:b":' + '{"@list":[' * DEEP + "]}" * DEEP + "}"),
    "contexts": (
        "application/ld+json",
        '{"@context":' + '{"a":{"@id":"a:a","@context":' * DEEP + "{}" + "}}" * DEEP + "}",
    ),
    "texts without end": ("text/turtle", "\\'''" * 100_000),
    "brackets without end": ("text/turtle", "<a:a> <a:b> " + "[" * DEEP),
}
