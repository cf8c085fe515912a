"""The API's description as a page: every route, its parameters and answers, and a form to try what is read by GET."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import FastAPI, Request, Response
from markupsafe import Markup


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    kind: str
    description: str
    required: bool
    example: str
    can_be_tried: bool


@dataclass(frozen=True)
class Operation:
    """One method of a route; `tried` are the fields of a form for it, None where a form cannot ask it."""

    method: str
    path: str
    topic: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    bodies: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    guarded: bool

    @property
    def anchor(self) -> str:
        return "-".join(
            part for part in f"{self.method.lower()}/{self.path}".replace("{", "").split("/") if part
        ).replace("}", "")

    @property
    def tried(self) -> list[Parameter] | None:
        if self.method != "GET" or self.guarded or any(each.place == "path" for each in self.parameters):
            return None
        return [each for each in self.parameters if each.can_be_tried]


def install(app: FastAPI) -> None:
    """Give `app` the page at /docs."""
    app.add_api_route("/docs", page, methods=["GET"], include_in_schema=False)


def page(request: Request) -> Response:
    from api.pages.templating import render  # a plain server starts without what pages need

    described = request.app.openapi()
    topics = [(topic, list(several)) for topic, several in groupby(_operations(described), lambda each: each.topic)]
    return render("docs.html", section="API", about=described["info"], topics=topics, marked=_marked)


def _marked(text: str) -> Markup:
    """What stands between backticks as code."""
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else piece for at, piece in enumerate(pieces)
    )


def _operations(described: Mapping[str, Any]) -> Iterator[Operation]:
    """All operations, those of a topic together, in the order in which topics come first."""
    found = [
        _operation(method.upper(), path, each)
        for path, all_ in described["paths"].items()
        for method, each in all_.items()
    ]
    order = list(dict.fromkeys(each.topic for each in found))
    yield from sorted(found, key=lambda each: order.index(each.topic))


def _operation(method: str, path: str, each: Mapping[str, Any]) -> Operation:
    return Operation(
        method=method,
        path=path,
        topic=(each.get("tags") or ["other"])[0],
        summary=each.get("summary", ""),
        description=each.get("description", ""),
        parameters=tuple(_parameter(one) for one in each.get("parameters", ())),
        bodies=tuple(each.get("requestBody", {}).get("content", ())),
        answers=tuple((status, one.get("description", "")) for status, one in sorted(each["responses"].items())),
        guarded="security" in each,
    )


def _parameter(each: Mapping[str, Any]) -> Parameter:
    schema = each.get("schema", {})
    required = bool(each.get("required"))
    text = schema.get("type") == "string" and not ({"enum", "minLength"} & set(schema) or "allowEmptyValue" in each)
    examples = schema.get("examples") or [schema.get("default", "")]
    return Parameter(
        name=each["name"],
        place=each["in"],
        kind=" or ".join(one for one in _kinds(schema) if one != "null"),
        description=each.get("description", ""),
        required=required,
        example=str(examples[0] or ""),
        can_be_tried=each["in"] == "query" and (required or text),  # what is left empty is sent as that
    )


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    if "anyOf" in schema:
        return [kind for one in schema["anyOf"] for kind in _kinds(one)]
    if "enum" in schema:
        return [f"“{one}”" for one in schema["enum"]]
    return [schema.get("format") or schema.get("type", "anything")]
