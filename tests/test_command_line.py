"""The command line: what each command prints, in which form, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from typer.main import get_command

from kg.cli import app
from tests.processes import CHECKOUT, TOKEN, Kg

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
FIRST = ("ask", "--name", "proposals-naming-guarantor", "guarantor=China")
NAMING_CHINA = 'SELECT ?p { ?p sg:namesGuarantor ?g . ?g rdfs:label "China"@en }'
ISTANBUL = "https://w3id.org/security-guarantees/id/istanbul-proposals-2022"
SENTENCE = (
    "The Chinese initiative echoes proposals made by the Russian delegation in Istanbul in 2022, "
    "where Russia and China were named as security guarantors under a UN mandate."
)


def examples(command: str) -> list[str]:
    return re.findall(rf"^ *(?:\w+=\w+ )?kg ({command}\b.*)$", COMMANDS[command].help, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_commands_help_shows_examples_that_it_takes(command: str) -> None:
    shown = examples(command)
    assert shown
    for example in shown:
        arguments = shlex.split(re.sub(r" [<>] \S+$", "", example))
        COMMANDS[command].make_context(command, arguments[1:])  # raises where it takes no such arguments


def test_the_first_question_is_answered_with_its_words_and_who_says_them(kg: Kg) -> None:
    ran = kg("ask", "Which proposals name China as guarantor?")
    assert (ran.code, ran.stderr) == (0, "")
    assert "Istanbul proposals (2022)" in ran.stdout
    assert "Chinese peacekeeping initiative" not in ran.stdout
    assert SENTENCE in re.sub(r"\s+", " ", ran.stdout)
    assert "the article · asserts · asserted · characters 605–773" in ran.stdout


def test_words_and_name_give_the_same_answer(kg: Kg) -> None:
    in_english = json.loads(kg("ask", "Which proposals name China as guarantor?", "--format", "json").stdout)
    by_name = json.loads(kg(*FIRST, "--format", "json").stdout)
    assert in_english["rows"] == by_name["rows"]
    assert in_english["evidence"] == by_name["evidence"]


def test_a_chain_of_voices_is_shown_from_the_outermost_inwards(kg: Kg) -> None:
    shown = kg("ask", "--name", "readiness", "actor=China").stdout
    assert "the article › Western media › Chinese diplomats" in re.sub(r"\s+", " ", shown)


def test_an_inferred_row_says_so_and_is_left_out_on_demand(kg: Kg) -> None:
    question = ("ask", "--name", "states-able-to-block", "proposal=Chinese peacekeeping initiative")
    assert kg(*question).stdout.count("inferred") == 5
    assert "Nobody in the graph says so." in kg(*question, "--no-inferred").stdout


def test_a_citation_is_not_shown_as_a_quote(kg: Kg) -> None:
    shown = re.sub(r"\s+", " ", kg("ask", "--name", "states-able-to-block").stdout)
    assert re.search(r"\] The membership of the Soviet Union .* \(in our words; Letter of the President", shown)
    assert "“The membership of the Soviet Union" not in shown


def test_csv_and_tsv_hold_a_line_a_row(kg: Kg) -> None:
    comma = list(csv.DictReader(io.StringIO(kg(*FIRST, "--format", "csv").stdout)))
    assert [(line["proposal"], line["proposal_iri"], line["words"]) for line in comma] == [
        ("Istanbul proposals (2022)", ISTANBUL, SENTENCE)
    ]
    tab = [line.split("\t") for line in kg(*FIRST, "--format", "tsv").stdout.splitlines()]
    assert tab == [list(comma[0]), list(comma[0].values())]


def test_the_catalogue_lists_every_question_file(kg: Kg) -> None:
    listed = [item["name"] for item in json.loads(kg("ask", "--list", "--format", "json").stdout)]
    assert listed == sorted(path.stem for path in (CHECKOUT / "queries").glob("*.rq"))


@pytest.mark.parametrize("width", [30, 60])
def test_no_line_is_wider_than_the_terminal(kg: Kg, width: int) -> None:
    for command in (FIRST, ("ask", "--list"), ("query", NAMING_CHINA)):
        lines = kg(*command, COLUMNS=str(width)).stdout.splitlines()
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json"])
def test_a_query_needs_no_prefixes_and_answers_in_each_form(kg: Kg, form: str) -> None:
    ran = kg("query", NAMING_CHINA, "--format", form)
    assert ran.code == 0
    assert "id:istanbul-proposals-2022" in ran.stdout if form == "table" else ISTANBUL in ran.stdout


def test_a_query_comes_from_a_file_or_standard_input(kg: Kg, tmp_path: Path) -> None:
    file = tmp_path / "analysis.rq"
    file.write_text(NAMING_CHINA, encoding="utf-8")
    assert (
        kg("query", str(file)).stdout == kg("query", "-", stdin=NAMING_CHINA).stdout == kg("query", NAMING_CHINA).stdout
    )


def test_an_answer_that_is_no_ends_with_code_1(kg: Kg) -> None:
    assert kg("query", "ASK { id:istanbul-proposals-2022 sg:namesGuarantor id:china }").code == 0
    denied = kg("query", "ASK { id:chinese-peacekeeping-initiative sg:namesGuarantor id:china }")
    assert (denied.code, denied.stdout) == (1, "no\n")


def test_a_construct_query_gives_turtle_unless_asked_otherwise(kg: Kg) -> None:
    construct = ("query", "CONSTRUCT WHERE { ?proposal sg:namesGuarantor ?guarantor }")
    assert "id:istanbul-proposals-2022 sg:namesGuarantor id:" in kg(*construct).stdout
    assert kg(*construct, "--format", "nt").stdout.count(f"<{ISTANBUL}>") == 2


def test_output_goes_to_a_file_on_demand(own_kg: Kg) -> None:
    ran = own_kg("query", NAMING_CHINA, "--format", "csv", "--output", "answer.csv")
    assert ran.stdout == ""
    assert (own_kg.folder / "answer.csv").read_text(encoding="utf-8").split() == ["p", ISTANBUL]


def test_a_proof_goes_down_to_words(kg: Kg) -> None:
    ran = kg("why", "China", "sg:canBlock", "Chinese peacekeeping initiative")
    assert ran.code == 0
    assert "by the rule “can block”" in ran.stdout
    assert "“the People's Republic of China is one of the five permanent members" in re.sub(r"\s+", " ", ran.stdout)
    absent = kg("why", "Ukraine", "sg:canBlock", "Chinese peacekeeping initiative")
    assert absent.code == 1


def test_unloading_and_loading_restores_every_byte(own_kg: Kg) -> None:
    before = own_kg("export", "--format", "nq").stdout
    assert own_kg("unload", "chinese-peacekeepers").code == 0
    assert "Nobody in the graph says so." in own_kg(*FIRST).stdout
    assert own_kg("load", str(CHECKOUT / "seeds" / "chinese-peacekeepers.ttl")).code == 0
    assert own_kg("export", "--format", "nq").stdout == before


def test_loading_what_is_there_or_only_examining_it_changes_nothing(own_kg: Kg) -> None:
    seed = str(CHECKOUT / "seeds" / "chinese-peacekeepers.ttl")
    assert "nothing changed" in own_kg("load", seed).stdout
    own_kg("unload", "chinese-peacekeepers")
    assert "statements added" in own_kg("load", "--dry-run", seed).stdout
    assert "Nobody in the graph says so." in own_kg(*FIRST).stdout


def test_a_rejected_document_names_its_faults_with_their_lines(own_kg: Kg) -> None:
    for name in ("chinese-peacekeepers.ttl", "000_081586eb59fd031d.txt"):
        (own_kg.folder / name).write_bytes((CHECKOUT / "seeds" / name).read_bytes())
    document = own_kg.folder / "chinese-peacekeepers.ttl"
    wrong = document.read_text(encoding="utf-8").replace("under a UN mandate.", "under a U.N. mandate.", 1)
    document.write_text(wrong, encoding="utf-8")
    ran = own_kg("load", document.name)
    assert ran.code == 1
    assert re.search(r"^  chinese-peacekeepers\.ttl:\d+: :s05-1", ran.stderr, re.MULTILINE)
    assert own_kg(*FIRST).code == 0


def test_while_a_server_holds_the_store_commands_go_through_it(own_kg: Kg) -> None:
    seed = str(CHECKOUT / "seeds" / "chinese-peacekeepers.ttl")
    alone = {command: own_kg(*command) for command in ((*FIRST,), ("query", NAMING_CHINA), ("ask", "--list"))}
    exported = own_kg("export", "--format", "nq").stdout
    with own_kg.serving(KG_TOKEN=TOKEN):
        for command, ran in alone.items():
            assert own_kg(*command) == ran
        assert own_kg("export", "--format", "nq").stdout == exported
        assert own_kg("unload", "chinese-peacekeepers").code == 2  # the token is missing
        assert own_kg("unload", "chinese-peacekeepers", KG_TOKEN=TOKEN).code == 0
        assert "Nobody in the graph says so." in own_kg(*FIRST).stdout
        assert own_kg("load", seed, KG_TOKEN=TOKEN).code == 0
        assert own_kg(*FIRST) == alone[FIRST]
        rejected = own_kg("load", str(CHECKOUT / "tests" / "invalid" / "shape-claimshape-act.ttl"), KG_TOKEN=TOKEN)
        assert rejected.code == 1
        assert "shape-claimshape-act.ttl:24: :s1: sg:act is missing." in rejected.stderr
    assert not (own_kg.folder / "store" / "server.json").exists()
    assert own_kg("export", "--format", "nq").stdout == exported


def test_a_second_server_on_a_store_says_who_has_it(own_kg: Kg) -> None:
    with own_kg.serving():
        ran = own_kg("serve", "--port", "0")
    assert ran.code == 3
    assert ran.stderr.startswith("kg: the store in ")


def test_a_server_that_was_killed_leaves_nothing_in_the_way(own_kg: Kg) -> None:
    (own_kg.folder / "store" / "server.json").write_text('{"url": "http://127.0.0.1:1", "pid": 1}\n', encoding="utf-8")
    assert own_kg(*FIRST).code == 0


WRONG = {
    "no such command": (2, "frobnicate"),
    "no question": (2, "ask"),
    "an argument without a name": (2, "ask", "--name", "proposals-naming-guarantor", "China"),
    "an unknown question": (2, "ask", "--name", "no-such-question"),
    "an unknown parameter": (2, "ask", "--name", "proposals-naming-guarantor", "colour=red"),
    "an unknown name": (2, "ask", "--name", "proposals-naming-guarantor", "guarantor=Atlantis"),
    "a form of rows for triples": (2, "query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"),
    "a form of triples for rows": (2, "query", NAMING_CHINA, "--format", "ttl"),
    "no SPARQL": (2, "query", "SELECT nothing"),
    "no such file": (2, "load", "missing.ttl"),
    "a folder without documents": (2, "load", "an-empty-folder"),
    "a folder with what is no document": (1, "load", "store"),
    "an unknown document": (2, "unload", "no-such-document"),
    "a name of nothing": (2, "why", "Atlantis", "sg:canBlock", "China"),
    "a store of no kind": (3, "ask", "--list", "--store", "ftp://example.org/"),
    "a store that is a file": (3, "ask", "--list", "--store", "file:a-file"),
    "a foreign folder": (3, "ask", "--list", "--store", "file:."),
    "a place that nothing can listen at": (2, "serve", "--host", "192.0.2.1", "--port", "1"),
    "a question of something else": (1, "ask", "How many tanks does Atlantis have?"),
}


@pytest.mark.parametrize("wrong", list(WRONG.values()), ids=list(WRONG))
def test_an_error_is_one_message_and_an_exit_code(own_kg: Kg, wrong: tuple[object, ...]) -> None:
    code, *arguments = wrong
    (own_kg.folder / "a-file").write_text("", encoding="utf-8")
    (own_kg.folder / "an-empty-folder").mkdir()
    ran = own_kg(*map(str, arguments))
    assert ran.code == code
    assert "Traceback" not in ran.stderr + ran.stdout
    assert (ran.stderr or ran.stdout).strip()


def test_who_stops_reading_hears_of_no_broken_pipe(kg: Kg) -> None:
    command = f"{sys.executable} -m kg.cli ask 'Which proposals name China as guarantor?' | head -8"
    ran = subprocess.run(command, shell=True, cwd=kg.folder, env=kg.environment, capture_output=True, text=True)
    assert (ran.stdout.count("\n"), ran.stderr) == (8, "")


def test_an_unknown_name_comes_with_those_that_are_near(kg: Kg) -> None:
    ran = kg("ask", "--name", "proposals-naming-guarantor", "guarantor=Chin")
    assert "China (https://w3id.org/security-guarantees/id/china)" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("why", "Russia", "sg:canBlok", "Istanbul proposals (2022)"), "ontology/canBlock)"),
        (("ask", "--name", "proposals-naming-guarantr", "guarantor=China"), "Did you mean proposals-naming-guarantor?"),
        (("query", "missing.rq"), "missing.rq: found no such file"),
        (("ask", "--limit", "3", "Which proposals name China as guarantor?"), "--limit goes with --name alone"),
        (("ask", "--no-inferred", "Which proposals name China as guarantor?"), "--inferred goes with --name alone"),
        (("ask", "--list", "--name", "proposals-naming-guarantor"), "leave the question out"),
    ],
    ids=["property", "question", "file", "limit", "inferred", "list"],
)
def test_a_slip_is_told_with_what_was_meant(kg: Kg, arguments: tuple[str, ...], said: str) -> None:
    ran = kg(*arguments)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_a_long_query_on_one_line_is_no_files_name(kg: Kg) -> None:
    """Neither longer than a path may be, nor than a file's name may."""
    for length in (300, 2000):
        ran = kg("query", f"ASK {{ VALUES ?x {{ '{'x' * length}' }} }}")
        assert (ran.code, ran.stdout) == (0, "yes\n")


def test_a_backup_takes_the_place_of_no_file_unless_told_to(own_kg: Kg) -> None:
    (own_kg.folder / "graph.nq.gz").write_bytes(b"another's")
    ran = own_kg("backup", "graph.nq.gz")
    assert ran.code == 2
    assert "--force" in ran.stderr
    assert (own_kg.folder / "graph.nq.gz").read_bytes() == b"another's"
    assert own_kg("backup", "graph.nq.gz", "--force").code == 0
    assert own_kg("restore", "graph.nq.gz").code == 0


def test_rdflib_reads_as_much_of_a_json_ld_export_as_of_a_turtle_one(kg: Kg) -> None:
    read = {
        form: rdflib.Graph().parse(data=kg("export", "--format", form).stdout, format=name)
        for form, name in (("jsonld", "json-ld"), ("nt", "nt"))
    }
    assert len(read["jsonld"]) == len(read["nt"]) > 1000


def test_settings_that_are_no_numbers_are_refused(kg: Kg) -> None:
    ran = kg("ask", "--list", KG_QUERY_SECONDS="soon")
    assert ran.code == 2
    assert "KG_QUERY_SECONDS" in ran.stderr
