"""Statement → claims, words, premises."""

from __future__ import annotations

from kg.proofs.evidence import Reader, evidence
from kg.proofs.rendering import as_prov, as_text, spoken, written
from kg.proofs.steps import Absence, Proof, Step, Term, Words
from kg.proofs.tree import Prover, why

__all__ = [
    "Absence",
    "Proof",
    "Prover",
    "Reader",
    "Step",
    "Term",
    "Words",
    "as_prov",
    "as_text",
    "evidence",
    "spoken",
    "why",
    "written",
]
