"""manage.py import_institutions: load regions, regional offices and ministries; safe to run twice."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from actions.services.institutions import DATA_FOLDER, import_institutions
from actions.services.tables import ImportRefused


class Command(BaseCommand):
    help = "Load provinces, kabupaten, kota, regional offices and ministries from CSV: all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("--regions", type=Path, default=DATA_FOLDER / "wilayah.csv")
        parser.add_argument("--offices", type=Path, default=DATA_FOLDER / "kanwil.csv")
        parser.add_argument("--ministries", type=Path, default=DATA_FOLDER / "ministries.csv")

    def handle(self, *args, **options):
        try:
            counts = import_institutions(
                regions=options["regions"], offices=options["offices"], ministries=options["ministries"]
            )
        except (ImportRefused, OSError) as refused:
            raise CommandError(str(refused)) from None
        line = _(
            "%(created)s instansi baru, %(changed)s diubah, %(unchanged)s tetap; "
            "%(oversight)s pembinaan, %(aliases)s ejaan."
        )
        self.stdout.write(line % vars(counts))
