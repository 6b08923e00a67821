# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1

RUN useradd --create-home --uid 10001 ranham \
    && mkdir -p /srv/portal /srv/evidence \
    && chown ranham: /srv/evidence

WORKDIR /srv/portal
COPY requirements/run.txt requirements/run.txt
RUN pip install --require-hashes -r requirements/run.txt
COPY . .

# the hashed static files are part of the image; collecting them needs no secret
RUN RANHAM_HASHED_STATIC=1 RANHAM_STATE_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build

USER 10001
ENV RANHAM_EVIDENCE_DIR=/srv/evidence
VOLUME /srv/evidence
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "ranham_portal.wsgi:application"]
