"""The graph for language models: a server of the Model Context Protocol with six tools that read."""

from __future__ import annotations

from kg.mcp_server.backends import Backend, Here, There
from kg.mcp_server.tools import serve, server

__all__ = ["Backend", "Here", "There", "serve", "server"]
