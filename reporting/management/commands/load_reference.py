"""manage.py load_reference: institutions, plan, target groups, calendars, rules and reason codes; safe to run twice."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from actions.services.institutions import import_institutions
from actions.services.reference import load_plan_reference
from actions.services.tables import ImportRefused
from reporting.services.reason_codes import load_reason_codes


class Command(BaseCommand):
    help = "Load the reference data that the portal ships: institutions, plan, groups, calendars, rules, reason codes."

    def handle(self, *args, **options):
        try:
            counts = import_institutions()
            load_plan_reference()
            load_reason_codes()
        except ImportRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            _("Data rujukan dimuat: %(created)s instansi baru, %(changed)s diubah, %(unchanged)s tetap.") % vars(counts)
        )
