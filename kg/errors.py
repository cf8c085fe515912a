"""One tree of errors: each names the culprit, what was expected, what was found, and what to do.

`api/problems.py` alone maps these classes to HTTP status codes, `kg/cli.py` to exit codes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a document, an ontology file, a rule or a question.

    `line` and `column` count from 1; None where the fault has no line, or no column, of its own.
    """

    file: str
    subject: str
    what: str
    why: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.line and self.column) if part)
        return ": ".join(part for part in (place, self.subject, self.what) if part) + (
            f" {self.why}" if self.why else ""
        )


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by file and line, each once."""
    return tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line or 0, fault.subject, fault.what)))


class KgError(Exception):
    """Something that its reader can mend."""

    title = "The request cannot be carried out"

    def __init__(self, culprit: str, found: str = "", expected: str = "", remedy: str = "") -> None:
        self.culprit, self.found, self.expected, self.remedy = culprit, found, expected, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        middle = "; ".join(
            part
            for part in (self.found and f"found {self.found}", self.expected and f"expected {self.expected}")
            if part
        )
        text = f"{self.culprit}: {middle}." if middle else f"{self.culprit}."
        return f"{text} {self.remedy}".strip()


class BadSetting(KgError):
    title = "A setting is wrong"


class StoreUnavailable(KgError):
    """The store cannot be opened or reached: damaged, foreign, locked by another process, or a remote that fails."""

    title = "The store is not available"


class StoreTimeout(StoreUnavailable):
    """The remote store did not answer in time."""

    title = "The store did not answer in time"


class StoreFault(StoreUnavailable):
    """The remote store answered with what is no answer."""

    title = "The store gave no usable answer"


class ModelUnavailable(KgError):
    """The user's language model gives no answer."""

    title = "The language model does not answer"


class StoreFull(StoreUnavailable):
    """The disk has no room for what is to be written. Nothing was changed, and queries are answered as before."""

    title = "There is no room on the disk"


def is_full(error: Exception) -> bool:
    """Whether an error, the engine's own included, says that a disk, a quota or the size of a file is used up."""
    reasons = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return isinstance(error, OSError) and (
        error.errno in reasons or any(os.strerror(reason) in str(error) for reason in reasons)
    )


class BadArchive(KgError):
    """A file that is no backup, or not a whole one."""

    title = "The backup cannot be read"


class BadQuery(KgError):
    """A SPARQL query or update that does not parse, or asks for what this service refuses."""

    title = "The query is not acceptable"


class Elsewhere(KgError):
    """A query or update that asks for something from elsewhere (SERVICE, LOAD): this service fetches nothing."""

    title = "Nothing is fetched from elsewhere"


class UpdateFailed(KgError):
    """An update that cannot be carried out, such as one that creates a graph that is there; all is as it was."""

    title = "The update cannot be carried out"


class QueryTimeout(KgError):
    title = "The query ran out of time"


class QueryTooLarge(KgError):
    """A query that needs more memory, depth or room than is allowed."""

    title = "The query needs more than it may use"


class NotAcceptable(KgError):
    """An answer in a form that is asked for cannot be had."""

    title = "No such form of answer"


class Outdated(KgError):
    """What was to be changed is no longer as the writer saw it, or is there although it should not be."""

    title = "It has changed meanwhile"


class Busy(KgError):
    title = "Too many queries are waiting"


class NotAuthorised(KgError):
    """No token, or a wrong one."""

    title = "A token is needed"


class WritingClosed(KgError):
    """Writing is closed: no token is set on the server, or the graph is one that nobody writes by hand."""

    title = "Writing is not allowed here"


class NotFound(KgError):
    """A question, document, graph or thing that is not here."""

    title = "Not found"


class NoLongerKnown(NotFound):
    """Changes of which the store keeps no record: they are too old, too large, or a backup took their place."""

    title = "These changes are no longer known"


class UnknownQuestion(NotFound):
    title = "No such question"


class BadParameter(KgError):
    """A parameter's value is not of its kind; `candidates` are values that would do, best first."""

    title = "A parameter is wrong"

    def __init__(
        self,
        culprit: str,
        found: str = "",
        expected: str = "",
        remedy: str = "",
        candidates: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.candidates = candidates  # (IRI, label) pairs
        super().__init__(culprit, found, expected, remedy)


class NotUnderstood(BadParameter):
    """A question in English that is not understood surely enough, in a form of answer that cannot say so."""

    title = "The question is not understood"


class UnknownCursor(BadParameter):
    """A cursor that no list of this service has given."""

    title = "A cursor is not known"


class UnknownName(BadParameter):
    title = "A name is not known"


class AmbiguousName(BadParameter):
    title = "A name means several things"


class Rejected(KgError):
    """A document (or ontology, rule or question file) with faults; nothing was changed."""

    title = "The document was rejected"

    def __init__(self, culprit: str, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(
            culprit, found=f"{len(faults)} fault{'s' if len(faults) != 1 else ''}", remedy="Nothing was changed."
        )

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])
