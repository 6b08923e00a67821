"""What stands behind a published revision, frozen with it: one row for each institution and one for the nation."""

import json
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Institution, Level
from reporting.models.publications import Publication


class PublicationDetailQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "PublicationDetailQuerySet":
        """The institutions whose result letter `actor` may read: where it reads whole reports (docs/roles.md).

        Scope as on the day of the publication: letters belong to a revision. Staff of one OPD read no letter, since it
        tells of every OPD's aksi. See also `ReportQuerySet.visible_to`.
        """
        rows = self.institutions()
        if actor.is_ditjen:
            return rows
        own = actor.institution
        scope = Q(pk__in=[])
        if actor.is_coordinator or actor.is_signatory or actor.is_pembina:
            scope |= Q(code=own.code)
        if actor.is_pembina:
            scope |= Q(province=own.code)
        if actor.is_kanwil_officer:
            scope |= Q(kanwil=own.code)
        if actor.is_panitia_verifier:
            scope |= Q(code__in=Institution.objects.filter(houses_secretariat=True).values("code"))
        if actor.is_reader:
            overseen = Institution.objects.filter(pk__in=actor.overseen_institution_ids)
            scope |= Q(code__in=overseen.values("code"))
        return rows.filter(scope)

    def institutions(self) -> "PublicationDetailQuerySet":
        return self.exclude(code=PublicationDetail.NATION)


class PublicationDetail(models.Model):
    """The aksi, measures, losses and history behind one institution's published figure, or (code "-") the nation's.

    `content` is canonical JSON, described in `reporting.summaries.publication_details`. `province` and `kanwil` are
    codes as frozen on the institution's report: who may read its letter.
    """

    NATION = "-"

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="details")
    code = models.CharField(_("kode instansi"), max_length=12)
    level = models.CharField(_("jenjang"), max_length=10, choices=Level, blank=True)
    province = models.CharField(_("kode provinsi"), max_length=12, blank=True)
    kanwil = models.CharField(_("kode Kantor Wilayah"), max_length=12, blank=True)
    content = models.TextField(_("isi"))

    objects = PublicationDetailQuerySet.as_manager()

    class Meta:
        verbose_name = _("rincian terbitan")
        verbose_name_plural = _("rincian terbitan")
        ordering = ["publication", "code"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "code"], name="one_detail_per_publication_and_institution")
        ]

    def __str__(self) -> str:
        return f"{self.publication}: {self.code}"

    @cached_property
    def data(self) -> dict:
        """The content as it was frozen."""
        return json.loads(self.content)
