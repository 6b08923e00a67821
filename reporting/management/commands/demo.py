"""Load the demo nation: invented reports over real regions, deterministic for a given day."""

from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from reporting.demo.nation import load_core, load_full, load_nation
from reporting.demo.people import accounts_table
from reporting.demo.tenfold import multiply_history


class Command(BaseCommand):
    help = "Muat data contoh seluruh negeri; aman dijalankan ulang. Hanya perlu migrate sebelumnya."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Hari yang dianggap hari ini (YYYY-MM-DD).")
        parser.add_argument("--stage", choices=["core", "nation", "all"], default="all", help="Bagian yang dimuat.")
        parser.add_argument(
            "--scale",
            choices=["nation", "full", "10x"],
            default="nation",
            help="nation: 2025-2026; full: 2022-2026, 16 periode; 10x: sepuluh kali riwayat itu, untuk mengukur.",
        )
        parser.add_argument("--accounts", action="store_true", help="Hanya tampilkan akun contoh.")

    def handle(self, *args, today: date | None, stage: str, scale: str, accounts: bool, **options) -> None:
        if accounts:
            self.stdout.write(accounts_table())
            return
        today = today or timezone.localdate()
        if stage in ("core", "all"):
            load_core(today)
        if stage in ("nation", "all"):
            load = load_nation if scale == "nation" else load_full
            load(today, self._progress)
        if scale == "10x":
            multiply_history(self._progress)

    def _progress(self, done: int, total: int, label: str) -> None:
        self.stdout.write(f"PROGRESS {done} {total} {label}")
        self.stdout.flush()
