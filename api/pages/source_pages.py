"""Pages about sources: the list, and each as a reader sees it: the text, and beside it what a sentence says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.pages.templating import elsewhere, pages_around, render
from api.parameters import Graph, Known, Place, clean
from kg.entities import sources
from kg.entities.claims import Claim
from kg.entities.sources import Sentence, SourceDetail, Span
from kg.namespaces import ID, SG

_SOURCES = 40  # on a page
_UNPLACED = 40  # claims shown that rest on no words of the text
router = APIRouter(include_in_schema=False)


@router.get("/sources")
def list_sources(
    graph: Graph,
    known: Known,
    q: Annotated[str, Query(max_length=200)] = "",
    background: bool = False,
    offset: Place = 0,
) -> Response:
    """Documents, or the sources of the background; by name."""
    page = known.sources(_SOURCES, offset, text=clean(q), background=background)
    shown = {"q": q, "background": "true" if background else ""}
    return render(
        "sources.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Sources",
        q=q,
        background=background,
        items=page.items,
        total=page.total,
        others=len(known.source_iris(background=not background)),
        page=pages_around("/sources", shown, offset, _SOURCES, page.total),
    )


class Sought(BaseModel):
    """Which claims a reader wants to see: by the names of a speaker, an act and a certainty, or only those opposed."""

    speaker: str = ""
    act: str = ""
    certainty: str = ""
    only: Literal["", "denied", "contested"] = ""

    def takes(self, claim: Claim) -> bool:
        denied = any(voice.polarity and voice.polarity.iri == SG + "denied" for voice in claim.chain)
        return (
            (not self.speaker or self.speaker in _speakers(claim))
            and (not self.act or self.act in _acts(claim))
            and (not self.certainty or self.certainty in _certainties(claim))
            and (self.only != "denied" or denied)
            and (self.only != "contested" or claim.contested)
        )


def _speakers(claim: Claim) -> list[str]:
    return [each.label for voice in claim.chain for each in voice.speakers]


def _acts(claim: Claim) -> list[str]:
    return [voice.act.label for voice in claim.chain if voice.act]


def _certainties(claim: Claim) -> list[str]:
    return [claim.certainty.label] if claim.certainty else []


@router.get("/sources/{identifier:path}")
def source(
    identifier: str,
    graph: Graph,
    known: Known,
    sought: Annotated[Sought, Depends()],
    sentence: Place = 0,
    start: Annotated[int, Query(ge=0)] = -1,
    end: Annotated[int, Query(ge=0)] = -1,
) -> Response:
    """A source's text with the words marked that claims rest on, and the claims of one sentence beside it.

    The words from `start` to `end` stand out; without `sentence`, theirs is shown, else the first that has claims.
    """
    found = known.source(clean(identifier))
    accounts = [each for each in found.items if sought.takes(each)]
    at = _chosen(found, accounts, sentence, start)
    path = f"/sources/{quote(found.iri.removeprefix(ID), safe='/')}"
    given = {name: value for name, value in sought.model_dump().items() if value}
    unplaced = [account for account in accounts if _place(account, found.iri) is None]
    choices = (("speaker", _speakers), ("act", _acts), ("certainty", _certainties))
    return render(
        "source.html",
        graph.knowledge.ontology,
        language=known.language,
        section="Sources",
        source=found,
        accounts=accounts,
        pieces=list(_pieces(found, sources.spans(accounts, found.iri), (start, end))),
        chosen=at,
        said=[each for each in accounts if at and _within(each, found.iri, at)],
        unplaced=unplaced[:_UNPLACED],
        more=len(unplaced) - _UNPLACED,
        path=path,
        given=given,
        choices=[(name, sorted({value for each in found.items for value in of(each)})) for name, of in choices],
        at=lambda number: f"{path}?{urlencode({**given, 'sentence': number})}#said",
        whole=f"/graph/{quote(found.iri.removeprefix(ID), safe='/')}",
        **elsewhere("sources", found.iri),
    )


def _chosen(found: SourceDetail, accounts: Sequence[Claim], number: int, start: int) -> Sentence | None:
    """The sentence whose claims are shown: the one of that number, else around `start`, else the first with claims."""
    cut = found.sentences
    if 0 < number <= len(cut):
        return cut[number - 1]
    around = (each for each in cut if each.start <= start < each.end)
    spoken = (each for each in cut if any(_within(account, found.iri, each) for account in accounts))
    return next(around, None) or next(spoken, None)


@dataclass(frozen=True)
class _Piece:
    """A piece of the text, of the sentence of that `number`, with which that `ends` perhaps."""

    text: str
    claims: tuple[str, ...]
    number: int
    ends: bool
    here: bool
    first_here: bool


def _pieces(found: SourceDetail, spans: Sequence[Span], here: tuple[int, int]) -> Iterator[_Piece]:
    cut = found.sentences
    edges = [at for sentence in cut for at in (sentence.start, sentence.end)]
    for piece in sources.segments(found.text or "", spans, (*edges, *(at for at in here if at >= 0))):
        inside = here[0] <= piece.start and piece.end <= here[1]
        around = next((each for each in cut if each.start <= piece.start < each.end), None)
        ends = around is not None and around.end == piece.end
        number = around.number if around else 0
        yield _Piece(piece.text, piece.claims, number, ends, inside, inside and piece.start == here[0])


def _place(account: Claim, source: str) -> int | None:
    """Where the last words begin that a claim rests on in a source."""
    starts = [each.start for each in account.evidence if each.source == source and each.start is not None]
    return max(starts) if starts else None


def _within(account: Claim, source: str, sentence: Sentence) -> bool:
    place = _place(account, source)
    return place is not None and sentence.start <= place < sentence.end
