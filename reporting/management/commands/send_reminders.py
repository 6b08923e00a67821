"""Write by hand the reminders that the worker writes each morning."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.models import Message
from reporting.jobs.reminders import reminders_on, send_reminders


class Command(BaseCommand):
    help = "Tulis pengingat hari ini; surelnya menyusul bersama ringkasan harian."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--on", metavar="TANGGAL", help="Hari lain, misalnya 2026-09-27 (tanggal di Jakarta).")
        parser.add_argument("--dry-run", action="store_true", help="Tampilkan saja, jangan tulis apa pun.")

    def handle(self, *args, on: str | None, dry_run: bool, **options) -> None:
        day = _day(on)
        if dry_run:
            self._show(day)
            return
        outcome = send_reminders(day)
        self.stdout.write(
            f"{day}: {outcome.written} pengingat baru, {outcome.superseded} pengingat lama tidak dikirim."
        )

    def _show(self, day: date) -> None:
        messages = reminders_on(day)
        known = set(Message.objects.filter(kind="reminder").values_list("key", flat=True))
        new = [message for message in messages if message.key not in known]
        for message in sorted(new, key=lambda message: (message.user.email, message.key)):
            self.stdout.write(f"{message.user.email}: {message.title}")
        people = len({message.user_id for message in new})
        self.stdout.write(
            f"{day}: {len(new)} pengingat baru untuk {people} orang, {len(messages) - len(new)} sudah pernah ditulis."
        )


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"Tulis tanggal sebagai TAHUN-BULAN-HARI, misalnya 2026-09-27, bukan {text}.") from None
