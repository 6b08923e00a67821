"""Make by hand the files that wait, as the worker does each minute."""

from django.core.management.base import BaseCommand

from reporting.jobs.prepared import prepare_due


class Command(BaseCommand):
    help = "Siapkan berkas yang diminta dan belum dikerjakan siapa pun, seperti tugas tiap menit."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{prepare_due()} berkas disiapkan.")
