"""The page of when things were said, put forward, came out, held: a list by years, and a picture of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from api.pages.drawing import image, words
from api.pages.templating import labels, pages_around, refused, render
from api.parameters import NO_NUL, Graph, Known, Place, clean
from kg.entities.timeline import Moment
from kg.errors import BadParameter
from kg.model import Cell
from kg.namespaces import BASE, SG

_MOMENTS = 50  # on a page
_LEFT, _WIDTH, _ROW, _LABEL = 150, 880, 40, 20  # pixels: where years begin, all of it, a kind's row, its name's letters
router = APIRouter(include_in_schema=False)
Asked = Annotated[str, Query(max_length=2000, pattern=NO_NUL)]


@router.get("/timeline")
def timeline(
    request: Request, graph: Graph, known: Known, about: Asked = "", kind: Asked = "", offset: Place = 0
) -> Response:
    """Every date that is stated, of all or about one thing, by one property or by any."""
    given, refusal = {"about": clean(about), "kind": clean(kind)}, None
    try:
        every = known.moments(given["about"])
    except BadParameter as error:
        every, refusal = [], refused(request, error)
    kinds = known.timeline.kinds(every)
    chosen = [each for each in every if not given["kind"] or each.kind == given["kind"]]
    shown = known.timeline.shown(chosen[offset : offset + _MOMENTS])
    return render(
        "timeline.html",
        graph.knowledge.ontology,
        language=known.language,
        refusal=refusal,
        section="Claims",
        given=given,
        readable=known.cell(given["about"]).label if given["about"].startswith(BASE) else given["about"],
        kinds=kinds,
        years=[(year, list(several)) for year, several in groupby(shown, lambda each: each.moment.year)],
        first=offset + 1,
        last=offset + len(shown),
        total=len(chosen),
        picture=Markup(_picture(chosen, [cell for cell, _ in kinds])),  # noqa: S704 - its texts are escaped
        things=labels(graph, SG + "Entity"),
        page=pages_around("/timeline", given, offset, _MOMENTS, len(chosen)),
    )


def _picture(moments: Collection[Moment], kinds: Sequence[Cell]) -> str:
    """A row for each kind of date; in it how many dates a year has, and a line for what held from one to another."""
    counted = Counter((each.kind, each.year) for each in moments)
    rows = [cell for cell in kinds if any(cell.iri == kind for kind, _ in counted)]
    years = sorted({year for _, year in counted} | {Moment(e.until, "", "").year for e in moments if e.until})
    if not years:
        return ""
    span = max(years[-1] - years[0], 1)

    def x(year: int) -> float:
        return _LEFT + 20 + (year - years[0]) / span * (_WIDTH - _LEFT - 60)

    levels = {str(cell.iri): (place + 0.7) * _ROW for place, cell in enumerate(rows)}

    bottom = len(rows) * _ROW + 6
    parts = [f'<path class="axis" d="M{x(years[0]):.0f} {bottom} H{x(years[-1]):.0f}"/>']
    parts += [words("count", str(year), x(year), bottom + 16, "middle") for year in _ticks(years)]
    parts += [words("role", cell.label[:_LABEL], _LEFT, levels[str(cell.iri)] + 4) for cell in rows]
    for each in moments:
        if each.until:
            end = x(Moment(each.until, "", "").year)
            parts.append(f'<path class="edge" d="M{x(each.year):.0f} {levels[each.kind]:.0f} H{end:.0f}"/>')
    for (kind, year), count in sorted(counted.items()):
        radius = min(5 + count**0.5, 13)
        parts.append(f'<circle class="moment" cx="{x(year):.0f}" cy="{levels[kind]:.0f}" r="{radius:.1f}"/>')
        if count > 1:
            parts.append(words("count", str(count), x(year), levels[kind] - radius - 3, "middle"))
    by_year = Counter(year for _, year in counted.elements())
    told = "; ".join(f"{year}: {count}" for year, count in sorted(by_year.items()))
    return image(parts, _WIDTH, bottom + 24, "timeline", "How many dates each year has", told)


def _ticks(years: Sequence[int]) -> list[int]:
    """Years that are written at the axis, apart from one another."""
    apart, written = max((years[-1] - years[0]) // 12, 1), list[int]()
    for year in years:
        if not written or year - written[-1] >= apart:
            written.append(year)
    return written
