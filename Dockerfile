# An image that serves the graph on port 8000, its store in the volume /data. See docs/production.md.
#
#   docker build -t security-guarantees-kg .
#   docker run -p 127.0.0.1:8000:8000 -v graph:/data -e KG_TOKEN=secret security-guarantees-kg

ARG BASE=python:3.12.12-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY deploy/constraints.txt deploy/constraints.txt
COPY pyproject.toml hatch_build.py README.md LICENSE LICENSE-DATA ./
COPY kg kg
COPY api api
COPY ontology ontology
COPY queries queries
COPY register register
COPY seeds seeds
COPY examples examples
RUN python -m venv /opt/kg && /opt/kg/bin/pip install --no-cache-dir --disable-pip-version-check --constraint deploy/constraints.txt .

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kg && install -d -o kg -g kg /data
COPY --from=build /opt/kg /opt/kg
ENV PATH=/opt/kg/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 STORE=file:/data/store KG_LOG=requests
USER kg
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# In the form of a list, so that the server itself gets the signal to stop; give it KG_QUERY_SECONDS and 15 more to end.
CMD ["kg", "serve"]
