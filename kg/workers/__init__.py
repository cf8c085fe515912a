"""Queries from outside, run in processes that can be ended: a pool, its nursery, and what one worker does.

The engine can neither be told to stop nor be held to a memory limit from within; a process can. So each query
from outside is parsed and run in a worker on a read-only checkpoint, and the server lives on whatever happens to it.
"""

from __future__ import annotations

from kg.workers.job import Job
from kg.workers.pool import Limits, Pool
from kg.workers.requests import Query, Update, Upload

__all__ = ["Job", "Limits", "Pool", "Query", "Update", "Upload"]
