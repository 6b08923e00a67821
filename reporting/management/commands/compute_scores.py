"""Compute by hand what the worker computes, or check what is stored."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from actions.models import PlanYear
from reporting.jobs.score_check import differences
from reporting.jobs.scores import compute_plan_year


class Command(BaseCommand):
    help = "Hitung nilai satu tahun; dengan --check hanya bandingkan (kode keluar 1 bila berbeda)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--year", type=int, required=True, help="Tahun rencana, misalnya 2026.")
        parser.add_argument("--check", action="store_true", help="Hitung ulang tanpa menulis, laporkan perbedaannya.")

    def handle(self, *args, year: int, check: bool, **options) -> None:
        plan_year = PlanYear.objects.select_related("rule_set").filter(year=year).first()
        if plan_year is None:
            raise CommandError(f"Tahun rencana {year} belum ada.")
        if check:
            self._check(plan_year)
        else:
            changed = compute_plan_year(plan_year, timezone.now())
            self.stdout.write(f"{year}: {changed} nilai berubah.")

    def _check(self, plan_year: PlanYear) -> None:
        count = 0
        for count, difference in enumerate(differences(plan_year, timezone.now()), 1):  # noqa: B007
            self.stdout.write(str(difference))
        if count:
            self.stderr.write(f"{plan_year.year}: {count} nilai tidak sama dengan hitungan ulang.")
            sys.exit(1)
        self.stdout.write(f"{plan_year.year}: semua nilai sama dengan hitungan ulang.")
