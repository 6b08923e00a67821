"""Who may have every measure of which governments as a file: what they may read anyway, and no more."""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from actions.actors import Actor
from reporting.models import Report


class ExportScope(models.TextChoices):
    """Whose reports an export holds, seen from the office that asks."""

    NATION = "nasional", _("Seluruh instansi")
    KANWIL = "kanwil", _("Wilayah kerja Kanwil")
    PROVINCE = "provinsi", _("Provinsi dan kabupaten/kotanya")
    OWN = "sendiri", _("Instansi sendiri")


def scopes_of(actor: Actor | None) -> list[ExportScope]:
    """Return the scopes that the actor may export, the widest first; no query. See also `reports_in`.

    Staff of one OPD see a part of their government's report and export none of it.
    """
    if actor is None or actor.is_only_opd_staff:
        return []
    may = {
        ExportScope.NATION: actor.is_ditjen,
        ExportScope.KANWIL: actor.is_kanwil_officer,
        ExportScope.PROVINCE: actor.is_pembina,
        ExportScope.OWN: actor.is_coordinator or actor.is_signatory,
    }
    return [scope for scope in ExportScope if may[scope]]


def reports_in(scope: str, office: str) -> QuerySet[Report]:
    """Return the reports of a scope as the office with this code may export them; see also `scopes_of`."""
    return Report.objects.filter(
        **{
            ExportScope.NATION: {},
            ExportScope.KANWIL: {"kanwil__code": office},
            ExportScope.PROVINCE: {"province__code": office},
            ExportScope.OWN: {"institution__code": office},
        }[ExportScope(scope)]
    )
