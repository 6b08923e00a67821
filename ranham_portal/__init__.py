"""The project: wiring only; no app imports it."""

from ranham_portal.celery import app as celery_app

__all__ = ["celery_app"]
