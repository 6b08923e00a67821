"""Bacaan kedua: a random sample of verified measures judged again blind, to know how alike verifiers judge."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import Institution, ReportingPeriod
from reporting.models.judgements import Judgement, ReasonCode
from reporting.models.reports import MeasureAnswer


class ReadingSampleQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ReadingSampleQuerySet":
        """The samples that `actor` may open: all for verifiers and leaders of Ditjen HAM.

        A verifier of the Panitia Nasional those with measures to read; a reviewing office, once closed, those with
        measures that it judged.
        """
        if actor.is_central_verifier or (actor.is_leader and actor.institution.houses_secretariat):
            return self
        measures = SampledMeasure.objects.filter(sample=OuterRef("pk"))
        own = Q(Exists(measures.filter(judgement__office=actor.institution.pk)), closed_at__isnull=False)
        if actor.is_panitia_verifier:
            return self.filter(Exists(measures.readable_by(actor)) | own)
        return self.filter(own) if actor.is_kanwil_officer else self.none()


class ReadingSample(models.Model):
    """The one sample of a period: drawn once, reproducible from `seed`, `share` and `least`, read, then closed.

    `population_hash` is the SHA-256 of the sorted keys that it was drawn from (`reporting.sampling`).
    """

    period = models.OneToOneField(ReportingPeriod, on_delete=models.PROTECT, related_name="reading_sample")
    seed = models.CharField(_("benih"), max_length=40)
    share = models.PositiveSmallIntegerField(_("bagian per kantor (persen)"))
    least = models.PositiveSmallIntegerField(_("paling sedikit per kantor"))
    population = models.PositiveIntegerField(_("ukuran terverifikasi"))
    population_hash = models.CharField(_("sidik populasi"), max_length=64)
    size = models.PositiveIntegerField(_("ukuran dalam sampel"))
    drawn_at = models.DateTimeField(_("ditarik pada"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("ditutup pada"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_note = models.TextField(_("alasan ditutup sebelum selesai"), blank=True)

    objects = ReadingSampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sampel bacaan kedua")
        verbose_name_plural = _("sampel bacaan kedua")
        ordering = ["-period__plan_year__year", "-period__number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="sample_closed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100, size__gte=1, size__lte=F("population")) & ~Q(seed=""),
                name="sample_is_a_part_of_its_population",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.size}"

    def get_absolute_url(self) -> str:
        return reverse("reading-sample", args=[self.period.key])

    @property
    def is_open(self) -> bool:
        """True while measures of it may be read; agreement is shown to nobody until it is closed."""
        return self.closed_at is None


class SampledMeasureQuerySet(models.QuerySet):
    def readable_by(self, actor) -> "SampledMeasureQuerySet":
        """What `actor`'s office reads: Ditjen HAM all, but for its own ministry, which the Panitia Nasional reads.

        Who exactly may is the policy's matter; see also `policies.reading.is_reading_office`.
        """
        is_own = Q(answer__item__report__institution__houses_secretariat=True)
        if actor.is_central_verifier:
            return self.exclude(is_own)
        return self.filter(is_own) if actor.is_panitia_verifier else self.none()


class SampledMeasure(models.Model):
    """One measure in a sample, with the review's judgement that its readings are compared with.

    `position` (from 1) is the random order in which the sample is read; a correction or objection later on does not
    move `judgement`, since what is compared is how it was judged in review.
    """

    sample = models.ForeignKey(ReadingSample, on_delete=models.PROTECT, related_name="measures")
    answer = models.OneToOneField(MeasureAnswer, on_delete=models.PROTECT, related_name="sampled")
    judgement = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, related_name="+", verbose_name=_("putusan pertama")
    )
    position = models.PositiveIntegerField(_("urutan baca"))

    objects = SampledMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("ukuran dalam sampel")
        verbose_name_plural = _("ukuran dalam sampel")
        ordering = ["sample", "position"]
        constraints = [models.UniqueConstraint(fields=["sample", "position"], name="one_measure_per_place_in_a_sample")]

    def __str__(self) -> str:
        return f"{self.sample.period} no. {self.position}"

    def get_absolute_url(self) -> str:
        return reverse("reading-measure", args=[self.pk])


class Reading(models.Model):
    """A blind judgement of one sampled measure, never changed; it changes no score.

    The second reader sees what was sent and nothing of how it was judged. Where both differ, the third sees their
    words without names or order and decides with a reason.
    """

    class Kind(models.TextChoices):
        SECOND = "second", _("bacaan kedua")
        THIRD = "third", _("bacaan ketiga")

    sampled = models.ForeignKey(SampledMeasure, on_delete=models.PROTECT, related_name="readings")
    kind = models.CharField(_("jenis"), max_length=6, choices=Kind)
    administration = models.CharField(_("administrasi"), max_length=8, choices=Judgement.Value)
    substance = models.CharField(_("substansi"), max_length=8, choices=Judgement.Value)
    reasons = models.ManyToManyField(ReasonCode, related_name="+", blank=True)
    note = models.TextField(_("catatan"), blank=True)
    read_at = models.DateTimeField(_("dibaca pada"))
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("bacaan")
        verbose_name_plural = _("bacaan")
        ordering = ["sampled", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sampled", "kind"], name="one_reading_of_each_kind"),
            models.UniqueConstraint(fields=["sampled", "read_by"], name="nobody_reads_a_measure_twice"),
            models.CheckConstraint(
                condition=~Q(kind="third") | ~Q(note=""),
                name="a_third_reading_has_a_reason",
                violation_error_message=_("Tulis alasannya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sampled}: {self.get_kind_display()}"
