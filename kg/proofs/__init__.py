"""Statement → claims, words, premises."""

from __future__ import annotations

from kg.proofs.evidence import evidence

__all__ = ["evidence"]
