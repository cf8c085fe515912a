"""Queries from outside, run in processes that can be ended: a pool, its nursery, and what one worker does.

The engine can neither be told to stop nor be held to a memory limit from within; a process can. So each query
from outside is parsed and run in a worker on a read-only checkpoint, and the server lives on whatever happens to it.

A query comes by way of the server (`pool`, `job`, `connection`), or, on Linux, on a connection that is lent to workers
(`lending`, `desk`), which saves short ones the way.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.store import Store
from kg.workers.contract import Runner, Running, read_at_most
from kg.workers.job import Job
from kg.workers.lending import Lender
from kg.workers.loans import Loan, Offer, Owner, Verdict
from kg.workers.pool import Limits, Pool
from kg.workers.requests import Query, Update, Upload
from kg.workers.writer import Abandoned, Writer

__all__ = [
    "Abandoned",
    "Job",
    "Lender",
    "Limits",
    "Loan",
    "Offer",
    "Owner",
    "Pool",
    "Query",
    "Runner",
    "Running",
    "Update",
    "Upload",
    "Verdict",
    "Writer",
    "read_at_most",
    "runner",
]


def runner(store: Store, prefixes: Mapping[str, str], limits: Limits, offer: Offer | None = None) -> Runner:
    """What runs queries on `store`: a pool of processes, or, for a remote store, its endpoint.

    With an `offer` the pool's workers answer plain queries on connections that they are lent, where the system can.
    """
    if not store.shared:
        return Pool(prefixes, limits, offer)
    from kg.store.remote import RemoteStore  # what speaks HTTP loads where a store is remote
    from kg.workers.forwarding import Forwarder

    assert isinstance(store, RemoteStore)
    return Forwarder(store.endpoint, prefixes, limits)
