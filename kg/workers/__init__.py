"""Queries from outside, run in processes that can be ended.

The engine can neither be told to stop nor be held to a memory limit from within; a process can. So each query
from outside is parsed and run in a worker on a read-only checkpoint, and the server lives on whatever happens to it.
A supervisor forks the workers; each attends to one connection, a client's or the server's, and ends with what harms it.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.store import Store
from kg.workers.limits import Limits, Public
from kg.workers.messages import Head, Query, Update, Upload
from kg.workers.pool import Pool
from kg.workers.runners import BlockingRunner, Leave, Runner, whole_answer
from kg.workers.writer import Abandoned, Writer

__all__ = [
    "Abandoned",
    "BlockingRunner",
    "Head",
    "Leave",
    "Limits",
    "Pool",
    "Public",
    "Query",
    "Runner",
    "Update",
    "Upload",
    "Writer",
    "runner",
    "whole_answer",
]


def runner(store: Store, prefixes: Mapping[str, str], limits: Limits) -> Runner:
    """What runs queries on `store`: a pool of processes, or, for a remote store, its endpoint."""
    if not store.shared:
        return Pool(prefixes, limits)
    from kg.store.remote import RemoteStore  # what speaks HTTP loads where a store is remote
    from kg.workers.forwarding import Forwarder

    assert isinstance(store, RemoteStore)
    return Forwarder(store.endpoint, prefixes, limits)
