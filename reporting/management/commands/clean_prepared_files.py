"""Remove by hand the prepared files that are old, as the worker does each night."""

from django.core.management.base import BaseCommand

from reporting.jobs.prepared import clean


class Command(BaseCommand):
    help = "Bersihkan berkas siap yang lebih tua dari empat belas hari, seperti tugas malam."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{clean()} berkas dibersihkan.")
