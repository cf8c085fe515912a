"""How a cell is written as JSON: as a thing, by its name alone, or as a thing or a literal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from kg.model import Cell
from kg.namespaces import ID

API = "/api/v1"


@dataclass(frozen=True)
class Named:
    """A thing with its IRI; a literal has `label` alone."""

    label: str
    iri: str | None = None


@dataclass(frozen=True)
class Thing:
    """A thing with its label and its narrowest class."""

    iri: str
    label: str
    type: str | None = None


@dataclass(frozen=True)
class Value:
    """A literal."""

    value: str
    datatype: str | None = None
    language: str | None = None


def thing(cell: Cell) -> Thing:
    return Thing(str(cell.iri), cell.label, cell.type)


def _named(cell: Cell) -> Named:
    return Named(cell.label, cell.iri)


def _value(cell: Cell) -> Thing | Value:
    return thing(cell) if cell.iri is not None else Value(cell.label, cell.datatype, cell.language)


@dataclass(frozen=True)
class _As:
    """Cells as pydantic is to write and describe them: `write` makes a value of the type `form` of each."""

    form: Any
    write: Callable[[Cell], object]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(self.write)
        return core_schema.no_info_after_validator_function(
            _cell, handler.generate_schema(self.form), serialization=written
        )


def _cell(form: Named | Thing | Value) -> Cell:
    if isinstance(form, Value):
        return Cell(form.value, datatype=form.datatype, language=form.language)
    return Cell(form.label, form.iri, getattr(form, "type", None))


ThingCell = Annotated[Cell, _As(Thing, thing)]
NamedCell = Annotated[Cell, _As(Named, _named)]
ValueCell = Annotated[Cell, _As(Thing | Value, _value)]


def address(route: str, iri: str) -> str:
    """Where the JSON API has a thing: by what follows `id/`, or by the whole IRI."""
    return f"{API}/{route}/{quote(iri.removeprefix(ID), safe='/')}"
