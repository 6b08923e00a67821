"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")

application = get_wsgi_application()

# What a started portal holds lives as long as it does, and what a page makes is freed by counting references: looking
# for cycles among all of it, in the middle of a page, took up to a fifth of the page's time (docs/performance.md).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 10, 10)
