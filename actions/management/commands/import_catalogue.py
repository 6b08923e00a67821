"""manage.py import_catalogue FILE [--dry-run]: load aksi and measures from CSV or XLSX; safe to run twice."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from actions.services.catalogue import apply_catalogue, plan_catalogue
from actions.services.tables import MAX_BYTES, ImportRefused


class Command(BaseCommand):
    help = "Load a catalogue of aksi and measures: all or nothing, every error named by row and column."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *args, **options):
        path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            load = plan_catalogue if options["dry_run"] else apply_catalogue
            plan = load(content, path.name)
            if plan.errors:
                raise ImportRefused(plan.errors)
        except OSError as error:
            raise CommandError(_("Berkas tidak dapat dibaca: %(error)s") % {"error": error}) from None
        except ImportRefused as refused:
            count = len(refused.errors)
            raise CommandError(
                _("%(count)s kesalahan, tidak ada yang dimuat:\n%(errors)s") % {"count": count, "errors": refused}
            ) from None
        for note in plan.notes:
            self.stderr.write(note)
        line = _(
            "%(rows)s baris: %(aksi_created)s aksi baru, %(aksi_changed)s diubah, %(aksi_unchanged)s tetap; "
            "%(measures_created)s ukuran baru, %(measures_changed)s diubah, %(measures_unchanged)s tetap."
        )
        self.stdout.write(line % vars(plan.counts))
        if options["dry_run"]:
            self.stdout.write(_("Uji coba: tidak ada yang disimpan."))
