"""Send by hand what the worker would send now."""

from django.core.management.base import BaseCommand

from notifications.jobs.delivery import deliver


class Command(BaseCommand):
    help = "Kirim surel untuk pesan yang belum terkirim."

    def handle(self, *args, **options) -> None:
        outcome = deliver()
        self.stdout.write(f"{outcome.sent} surel terkirim, {outcome.postponed} ditunda, {outcome.failed} gagal.")
