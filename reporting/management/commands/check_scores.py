"""Check by hand what the worker checks each night."""

import sys

from django.core.management.base import BaseCommand

from reporting.jobs.score_watch import check_scores


class Command(BaseCommand):
    help = "Periksa nilai semua tahun seperti tugas malam, sekali sehari; kode keluar 1 bila ada perbedaan."

    def handle(self, *args, **options) -> None:
        checks = check_scores()
        for check in checks:
            self.stdout.write(f"{check.plan_year.year}: {check.differences} perbedaan, SHA-256 {check.sha256}")
        if not checks:
            self.stdout.write("Semua tahun sudah diperiksa hari ini.")
        if any(check.differences for check in checks):
            sys.exit(1)
