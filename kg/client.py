"""The graph through the server that holds its store: the calls of `Graph`, and those that write, over HTTP."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pyoxigraph as ox
from pydantic import TypeAdapter

from kg import exporting, syntax
from kg.documents import consistency, parsing
from kg.documents.parsing import GetRegister
from kg.entities.claims import ClaimList
from kg.entities.comparison import Comparison
from kg.entities.entities import EntityList
from kg.entities.sources import SourceDetail
from kg.errors import BadParameter, Fault, KgError, QueryTooLarge, Rejected, StoreUnavailable, in_order
from kg.holdings import DocumentList
from kg.model import Answer, Document, Loaded, NotAnswered
from kg.questions.catalogue import Question
from kg.sparql import results

_CHUNK = 1 << 16
_PROOFS = {"text": "text/plain", "json": "application/json", "ttl": "text/turtle"}
_ANSWER: TypeAdapter[Answer | NotAnswered] = TypeAdapter(Answer | NotAnswered)
_LOADED = TypeAdapter(Loaded)
_ALL = "SELECT ?graph ?subject ?predicate ?object { GRAPH ?graph { ?subject ?predicate ?object } }"


@dataclass(frozen=True)
class Client:
    """A server of ours at `url`; `token` is what writing needs, `prefixes` what its queries need not declare.

    `register` gives the names that documents in YAML go by; without it such documents are not read.
    """

    url: str
    token: str | None
    prefixes: Mapping[str, str]
    register: GetRegister | None = None

    def close(self) -> None:
        """Nothing: each call has a connection of its own."""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def questions(self) -> tuple[Question, ...]:
        listed = self._json("/api/v1/questions")["items"]
        fields = ("name", "question", "phrasings", "description", "parameters", "answer", "columns")
        return tuple(Question(**{name: item[name] for name in fields}, sparql="") for item in listed)

    def ask(self, text: str, *, without: Sequence[str] = ()) -> Answer | NotAnswered:
        return _ANSWER.validate_python(self._json("/api/v1/ask", {"q": text, "without": without}))

    def answer(
        self,
        name: str,
        arguments: Mapping[str, str | Sequence[str]],
        *,
        limit: int | None = None,
        offset: int = 0,
        inferred: bool = True,
        according_to: str | None = None,
        without: Sequence[str] = (),
    ) -> Answer | NotAnswered:
        options = {
            "limit": limit,
            "offset": offset,
            "inferred": str(inferred).lower(),
            "according_to": according_to,
            "without": without,
        }
        given = {key: value for key, value in options.items() if value is not None}
        return _ANSWER.validate_python(self._json(f"/api/v1/questions/{quote(name, safe='')}", {**arguments, **given}))

    def query(self, sparql: str, *, inferred: bool = True) -> results.Found:
        headers = {"Accept": f"{results.JSON}, {results.N_TRIPLES}", "Content-Type": "application/sparql-query"}
        data, form = self._call("POST", f"/sparql?inferred={str(inferred).lower()}", sparql.encode(), headers)
        return results.parse(form, data)

    def answer_text(self, sparql: str, forms: str, most: int) -> str:
        """A query's answer as the server writes it, in one of `forms`; raises QueryTooLarge above `most` bytes."""
        headers = {"Accept": forms, "Content-Type": "application/sparql-query"}
        with self._open("POST", "/sparql", sparql.encode(), headers) as answer:
            body = answer.read(most + 1)
        if len(body) > most:
            raise QueryTooLarge("the answer", f"more than {most:,} bytes", remedy="Ask for less: add a LIMIT.")
        return body.decode()

    def load_all(self, sources: Sequence[Path | bytes], *, dry_run: bool = False) -> Loaded:
        """Read the documents here, where their texts lie beside them, and send them with the texts in them."""
        read = parsing.read_all(sources, self.register)
        form, body = _form(read)
        try:
            report, _ = self._call("POST", f"/api/v1/documents?dry_run={str(dry_run).lower()}", body, form)
        except Rejected as rejected:
            faults = (_at_home(rejected.faults, number, document) for number, document in enumerate(read))
            names = ", ".join(document.file for document in read)
            raise Rejected(names, in_order(chain.from_iterable(faults))) from rejected
        done = _LOADED.validate_json(report)
        warnings = (_at_home(done.warnings, number, document) for number, document in enumerate(read))
        drafts = map(consistency.unconfirmed, read)
        return replace(done, warnings=in_order(chain.from_iterable((*warnings, *drafts))))

    def unload(self, name: str) -> Loaded:
        report, _ = self._call("DELETE", f"/api/v1/documents/{quote(name, safe='')}")
        return _LOADED.validate_json(report)

    def documents(self) -> DocumentList:
        return TypeAdapter(DocumentList).validate_python(self._json("/api/v1/documents"))

    def claims(self, given: Mapping[str, str | bool | None], limit: int) -> ClaimList:
        wanted = {name: value for name, value in given.items() if value not in (None, "")}
        return TypeAdapter(ClaimList).validate_python(self._json("/api/v1/claims", {**wanted, "limit": limit}))

    def source(self, name: str) -> SourceDetail:
        return TypeAdapter(SourceDetail).validate_python(self._json(f"/api/v1/sources/{quote(name, safe='')}"))

    def proof(self, subject: str, predicate: str, object_: str, form: str) -> str:
        """The proof of a statement, as "text", "json" or "ttl"."""
        parameters = urlencode({"subject": subject, "predicate": predicate, "object": object_})
        data, _ = self._call("GET", f"/api/v1/why?{parameters}", headers={"Accept": _PROOFS[form]})
        return data.decode().rstrip("\n") + "\n"

    def search(self, text: str, kind: str = "", limit: int = 100) -> EntityList:
        given = {"q": text, "type": kind, "limit": limit}
        members = self._json("/api/v1/entities", {name: value for name, value in given.items() if value != ""})
        for each in members["items"]:
            if each["match"] is not None:
                each["match"]["iri"] = each["iri"]
        return TypeAdapter(EntityList).validate_python(members)

    def compare(self, proposals: Sequence[str]) -> Comparison:
        return TypeAdapter(Comparison).validate_python(self._json("/api/v1/compare", {"proposals": proposals}))

    def export(self, form: ox.RdfFormat, *, inferred: bool = True, annotated: bool = False) -> Iterator[bytes]:
        found = self.query(_ALL, inferred=inferred)
        assert isinstance(found, ox.QuerySolutions)
        quads = (ox.Quad(row["subject"], row["predicate"], row["object"], row["graph"]) for row in found)
        return exporting.export(quads, form, self.prefixes, inferred=inferred, annotated=annotated)

    @contextmanager
    def backup(self) -> Iterator[Iterator[bytes]]:
        """A backup of the newest version, in chunks."""
        with self._open("GET", "/backup") as answer:
            yield iter(lambda: answer.read(_CHUNK), b"")

    def _json(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        data, _ = self._call("GET", f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path)
        return json.loads(data)

    def _call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, str]:
        """The answer's body and its media type."""
        with self._open(method, path, body, headers) as answer:
            return answer.read(), answer.headers.get_content_type()

    @contextmanager
    def _open(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[HTTPResponse]:
        """The answer while it comes; raises the KgError that the server's problem stands for."""
        authorised = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = Request(self.url + path, body, {**authorised, **(headers or {})}, method=method)  # noqa: S310
        opener = build_opener(ProxyHandler({}))  # the server is on this machine
        try:
            with opener.open(request) as response:
                yield response
        except HTTPError as problem:
            raise _error(problem) from problem
        except (OSError, HTTPException) as error:
            raise StoreUnavailable(
                culprit=f"the server at {self.url}, which holds the store",
                found=f"no answer ({error})",
                remedy="Stop the process that holds the store, or start its server again.",
            ) from error


def _form(read: Iterable[Document]) -> tuple[dict[str, str], bytes]:
    """Documents as a form with a Turtle file each, called by its number: the form's headers, and its bytes."""
    boundary = uuid.uuid4().hex
    body = b""
    for number, document in enumerate(read):
        prefixes = document.lines[document.file].prefixes if document.file in document.lines else {}
        triples = (quad.triple for quad in document.quads)
        data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
        disposition = f'Content-Disposition: form-data; name="document"; filename="{number}"'
        head = f"--{boundary}\r\n{disposition}\r\nContent-Type: {syntax.TURTLE}\r\n\r\n"
        body += head.encode() + data + b"\r\n"
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body + f"--{boundary}--\r\n".encode()


def _at_home(faults: Iterable[Fault], number: int, document: Document) -> Iterator[Fault]:
    """Faults that a server found in what was sent as `number`, in the author's own file, at the subject's line."""
    nodes = {document.short(node): node for node in document.descriptions}
    for fault in (each for each in faults if each.file == str(number)):
        node = nodes.get(fault.subject)
        place = document.fault(node, fault.what, fault.why) if node is not None else None
        yield replace(fault, file=document.file, line=place.line if place else None, column=None)


def _error(problem: HTTPError) -> KgError:
    """The error that a problem (RFC 9457) was made from, by its title."""
    try:
        members = json.loads(problem.read())
        kinds = {kind.title: kind for kind in _kinds(KgError)}
        if faults := members.get("faults"):
            return Rejected(members["culprit"], tuple(Fault(**fault) for fault in faults))
        said = {name: members.get(name, "") for name in ("culprit", "found", "expected", "remedy")}
        kind = kinds.get(members["title"], KgError)
        if issubclass(kind, BadParameter):
            candidates = tuple((each["iri"], each["label"]) for each in members.get("candidates", ()))
            return kind(**said, candidates=candidates)
        return kind(**said)
    except (ValueError, KeyError, TypeError):
        return StoreUnavailable(culprit=f"the server at {problem.url}", found=f"status {problem.code} without a reason")


def _kinds(kind: type[KgError]) -> Iterator[type[KgError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
