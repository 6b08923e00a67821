"""Compute by hand what the worker computes, or check what is stored."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from actions.models import PlanYear
from reporting.jobs.score_check import check_year
from reporting.jobs.scores import compute_plan_year


class Command(BaseCommand):
    help = "Hitung nilai satu tahun; dengan --check hanya bandingkan (kode keluar 1 bila berbeda)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--year", type=int, required=True, help="Tahun rencana, misalnya 2026.")
        parser.add_argument("--check", action="store_true", help="Hitung ulang tanpa menulis, laporkan perbedaannya.")
        parser.add_argument("--out", type=Path, metavar="BERKAS", help="Bersama --check: tulis hasil hitungan ulang.")

    def handle(self, *args, year: int, check: bool, out: Path | None, **options) -> None:
        plan_year = PlanYear.objects.select_related("rule_set").filter(year=year).first()
        if plan_year is None:
            raise CommandError(f"Tahun rencana {year} belum ada.")
        if out and not check:
            raise CommandError("--out hanya dipakai bersama --check.")
        if check:
            self._check(plan_year, out)
        else:
            changed = compute_plan_year(plan_year, timezone.now())
            self.stdout.write(f"{year}: {changed} nilai berubah.")

    def _check(self, plan_year: PlanYear, out: Path | None) -> None:
        found = check_year(plan_year, timezone.now())
        for difference in found.differences:
            self.stdout.write(str(difference))
        if out:
            self._write(out, found.record.text)
        self.stdout.write(f"{plan_year.year}: SHA-256 {found.record.sha256}")
        if found.differences:
            self.stderr.write(f"{plan_year.year}: {len(found.differences)} nilai tidak sama dengan hitungan ulang.")
            sys.exit(1)
        self.stdout.write(f"{plan_year.year}: semua nilai sama dengan hitungan ulang.")

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{path} tidak dapat ditulis: {error.strerror}.") from error
