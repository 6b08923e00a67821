"""Check by hand what the worker checks each night."""

import sys

from django.core.management.base import BaseCommand

from reporting.jobs.score_watch import check_scores, checks_of_today


class Command(BaseCommand):
    help = (
        "Periksa nilai semua tahun seperti tugas malam, sekali sehari; kode keluar 1 bila pemeriksaan hari ini "
        "menemukan perbedaan."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="Periksa lagi yang sudah diperiksa hari ini, misalnya setelah sebabnya diperbaiki.",
        )

    def handle(self, *args, again: bool, **options) -> None:
        if not check_scores(again=again):
            self.stdout.write("Semua tahun sudah diperiksa hari ini; --again memeriksanya lagi.")
        checks = checks_of_today()
        for check in checks:
            self.stdout.write(f"{check.plan_year.year}: {check.differences} perbedaan, SHA-256 {check.sha256}")
        if any(check.differences for check in checks):
            sys.exit(1)
