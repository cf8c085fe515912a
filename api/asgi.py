"""The application for an ASGI server, set up by the environment: `uvicorn api.asgi:app`."""

from api.app import create_app
from kg.settings import Settings

app = create_app(Settings.from_environment())
