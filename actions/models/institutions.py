"""Who has promised something: public bodies that begin and end, their units, and who oversees whom."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The three levels whose means make the national figure (DOMAIN section 5)."""

    MINISTRY = "kl", _("Kementerian dan lembaga")
    PROVINCE = "provinsi", _("Provinsi")
    REGENCY = "kab_kota", _("Kabupaten dan kota")


def in_force_q(day: date, prefix: str = "") -> Q:
    """The condition of rows with `valid_from`/`valid_until` (both inclusive, empty = open) in force on `day`."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    not_ended = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    return begun & not_ended


class InstitutionQuerySet(models.QuerySet):
    def in_force_on(self, day: date) -> "InstitutionQuerySet":
        """Institutions that exist on `day` (both ends inclusive)."""
        return self.filter(in_force_q(day))

    def reporting_on(self, day: date) -> "InstitutionQuerySet":
        """Institutions that can owe a report on `day`: in force, autonomous, not a Kanwil, duty begun.

        Whether one does owe it also needs an assignment in the year (DOMAIN section 1).
        """
        begun = Q(reports_from__isnull=True) | Q(reports_from__lte=day)
        return self.in_force_on(day).filter(begun, is_autonomous=True).exclude(kind=Institution.Kind.KANWIL)

    def of_level(self, level: str) -> "InstitutionQuerySet":
        return self.filter(kind__in=Institution.KINDS_OF_LEVEL[level])

    def kanwil(self) -> "InstitutionQuerySet":
        return self.filter(kind=Institution.Kind.KANWIL)

    def visible_to(self, actor) -> "InstitutionQuerySet":
        """The institutions whose own pages `actor` may open; see also `Actor`."""
        if actor.sees_nation:
            return self
        scope = Q(pk=actor.institution.pk)
        if actor.is_kanwil_officer:
            scope |= Q(pk__in=actor.overseen_province_ids) | Q(parent__in=actor.overseen_province_ids)
        if actor.is_pembina:
            scope |= Q(parent=actor.institution.pk)
        if actor.is_reader:
            scope |= Q(pk__in=actor.overseen_institution_ids)
        if actor.is_panitia_verifier:
            scope |= Q(houses_secretariat=True)
        return self.filter(scope)

    def search(self, words: str) -> "InstitutionQuerySet":
        """Institutions whose name, short name, code or older spelling contains `words`."""
        alias = InstitutionAlias.objects.filter(institution=OuterRef("pk"), name__icontains=words)
        named = Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code=words)
        return self.filter(named | Exists(alias))


class Institution(models.Model):
    """One public body: a ministry, agency, province, kabupaten, kota or Kanwil, with its dates and legal basis."""

    class Kind(models.TextChoices):
        KEMENTERIAN = "kementerian", _("Kementerian")
        LEMBAGA = "lembaga", _("Lembaga")
        PROVINSI = "provinsi", _("Provinsi")
        KABUPATEN = "kabupaten", _("Kabupaten")
        KOTA = "kota", _("Kota")
        KANWIL = "kanwil", _("Kantor Wilayah")

    KINDS_OF_LEVEL = {
        Level.MINISTRY: (Kind.KEMENTERIAN, Kind.LEMBAGA),
        Level.PROVINCE: (Kind.PROVINSI,),
        Level.REGENCY: (Kind.KABUPATEN, Kind.KOTA),
    }

    code = models.CharField(_("kode"), max_length=12, unique=True, help_text=_("Kode wilayah atau kode kantor."))
    name = models.CharField(_("nama"), max_length=150)
    short_name = models.CharField(_("nama singkat"), max_length=60, blank=True)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("provinsi induk"),
    )
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("pendahulu"),
    )
    is_autonomous = models.BooleanField(_("otonom"), default=True)
    time_zone = models.CharField(_("zona waktu"), max_length=40, default="Asia/Jakarta")
    latitude = models.DecimalField(_("lintang"), max_digits=6, decimal_places=3, null=True, blank=True)
    longitude = models.DecimalField(_("bujur"), max_digits=6, decimal_places=3, null=True, blank=True)
    valid_from = models.DateField(_("berlaku sejak"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True, help_text=_("Hari terakhir."))
    reports_from = models.DateField(_("wajib lapor sejak"), null=True, blank=True)
    legal_basis = models.CharField(_("dasar hukum"), max_length=150, blank=True)
    is_on_panitia_nasional = models.BooleanField(_("anggota Panitia Nasional"), default=False)
    houses_secretariat = models.BooleanField(_("menaungi sekretariat"), default=False)
    is_national_reader = models.BooleanField(_("pembaca nasional"), default=False)
    contact_unit = models.CharField(_("unit penghubung"), max_length=120, blank=True)
    contact_phone = models.CharField(_("telepon"), max_length=40, blank=True)
    contact_email = models.EmailField(_("surel"), blank=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instansi")
        verbose_name_plural = _("instansi")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["kabupaten", "kota"], parent__isnull=False)
                | (~Q(kind__in=["kabupaten", "kota"]) & Q(parent__isnull=True)),
                name="only_kabupaten_kota_have_a_province",
                violation_error_message=_("Kabupaten dan kota wajib punya provinsi induk, instansi lain tidak."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="institution_ends_after_it_begins",
                violation_error_message=_("Tanggal akhir tidak boleh sebelum tanggal awal."),
            ),
        ]
        indexes = [models.Index(fields=["kind"], name="institution_by_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> str | None:
        """The level this institution counts in, or None for a Kanwil."""
        for level, kinds in self.KINDS_OF_LEVEL.items():
            if self.kind in kinds:
                return level
        return None

    @property
    def label(self) -> str:
        """The short name where there is one: what fits a table cell or a switcher."""
        return self.short_name or self.name

    @property
    def units_word(self) -> str:
        """What its offices are called: a region has perangkat daerah, a ministry or agency has unit kerja."""
        return _("unit kerja") if self.level == Level.MINISTRY else _("perangkat daerah")

    @property
    def units_short_word(self) -> str:
        """The same where space is short, as on a button."""
        return self.units_word if self.level == Level.MINISTRY else _("OPD")

    def is_in_force_on(self, day: date) -> bool:
        """See also `InstitutionQuerySet.in_force_on`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class InstitutionAlias(models.Model):
    """An older or other spelling met in files; `name` is stored as `normalise_name` gives it."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("ejaan lain"), max_length=150)

    class Meta:
        verbose_name = _("ejaan lain")
        verbose_name_plural = _("ejaan lain")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="alias_once_per_institution")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet):
    def active(self) -> "UnitQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, actor) -> "UnitQuerySet":
        """The OPD of the institutions that `actor` may open."""
        return self.filter(institution__in=Institution.objects.visible_to(actor))


class Unit(models.Model):
    """One perangkat daerah (OPD) or work unit inside an institution."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(_("nama"), max_length=150)
    contact_email = models.EmailField(_("surel"), blank=True)
    is_active = models.BooleanField(_("aktif"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("perangkat daerah")
        verbose_name_plural = _("perangkat daerah")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="unit_once_per_institution",
                violation_error_message=_("Perangkat daerah dengan nama ini sudah ada."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class OversightQuerySet(models.QuerySet):
    def in_force_on(self, day: date) -> "OversightQuerySet":
        return self.filter(in_force_q(day))


class Oversight(models.Model):
    """A dated statement that one institution looks after another: a Kanwil a province, a Kemenko a ministry."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("menelaah")
        READ = "read", _("membaca")

    overseer = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="oversight_of")
    overseen = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="oversight_by")
    kind = models.CharField(_("jenis"), max_length=6, choices=Kind, default=Kind.REVIEW)
    valid_from = models.DateField(_("berlaku sejak"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True, help_text=_("Hari terakhir."))
    basis = models.CharField(_("dasar"), max_length=150, blank=True)

    objects = OversightQuerySet.as_manager()

    class Meta:
        verbose_name = _("pembinaan")
        verbose_name_plural = _("pembinaan")
        ordering = ["overseer__code", "overseen__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["overseer", "overseen", "kind", "valid_from"], name="oversight_once_per_start"
            ),
            models.CheckConstraint(condition=~Q(overseer=F("overseen")), name="nobody_oversees_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.overseer} → {self.overseen}"


class MembershipQuerySet(models.QuerySet):
    def in_force_on(self, day: date) -> "MembershipQuerySet":
        """Memberships that hold on `day`: begun, and not ended before it (`ends_on` is the last day).

        One that somebody ended (`ended_at`) stops at once, on its last day already.
        """
        still = Q(ends_on__isnull=True) | Q(ends_on__gt=day) | Q(ends_on=day, ended_at__isnull=True)
        return self.filter(still, starts_on__lte=day)

    def overlapping(self, first: date, last: date) -> "MembershipQuerySet":
        """Memberships that held on any day from `first` to `last`, both inclusive."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)

    def visible_to(self, actor) -> "MembershipQuerySet":
        """Whom `actor` may see in office lists: a coordinator its own, a Kanwil its provinces, the secretariat all."""
        if actor.is_secretariat:
            return self
        scope = Q(user_id=actor.user.pk)
        if actor.is_coordinator:
            scope |= Q(institution=actor.institution.pk)
        if actor.is_kanwil_officer:
            scope |= Q(institution=actor.institution.pk)
            scope |= Q(institution__in=Institution.objects.visible_to(actor), role__in=COORDINATING_ROLES)
        return self.filter(scope)


class Membership(models.Model):
    """One person holding one role in an institution (or one of its units) from one day to another."""

    class Role(models.TextChoices):
        OPD_STAFF = "staf_opd", _("Staf OPD")
        COORDINATOR = "koordinator", _("Koordinator")
        SIGNATORY = "penanda_tangan", _("Pejabat penanda tangan")
        PEMBINA = "pembina", _("Pembina provinsi")
        KANWIL_OFFICER = "petugas_kanwil", _("Petugas Kanwil")
        CENTRAL_VERIFIER = "verifikator_pusat", _("Verifikator pusat")
        LEADER = "pimpinan", _("Pimpinan")
        SECRETARIAT = "sekretariat", _("Sekretariat")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("peran"), max_length=20, choices=Role)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("hari terakhir"), null=True, blank=True)
    ended_at = models.DateTimeField(_("diakhiri pada"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("keanggotaan")
        verbose_name_plural = _("keanggotaan")
        ordering = ["institution__code", "role", "user__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="staf_opd", unit__isnull=False) | (~Q(role="staf_opd") & Q(unit__isnull=True)),
                name="only_opd_staff_belong_to_a_unit",
                violation_error_message=_("Staf OPD wajib punya perangkat daerah, peran lain tidak."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("Hari terakhir tidak boleh sebelum hari mulai."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ends_on__isnull=False),
                name="membership_ended_at_and_by_together",
            ),
            models.UniqueConstraint(
                fields=["user", "institution", "role"],
                condition=Q(ends_on__isnull=True, unit__isnull=True),
                name="one_open_membership_per_role",
                violation_error_message=_("Orang ini sudah memegang peran tersebut."),
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(ends_on__isnull=True, unit__isnull=False),
                name="one_open_unit_membership_per_role",
                violation_error_message=_("Orang ini sudah memegang peran tersebut."),
            ),
        ]
        indexes = [models.Index(fields=["institution", "role"], name="membership_by_office")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit or self.institution}"


COORDINATING_ROLES = (
    Membership.Role.COORDINATOR,
    Membership.Role.SIGNATORY,
    Membership.Role.PEMBINA,
)
"""Roles of a government that its Kanwil looks after: it may invite them and read their contacts."""

COORDINATORS_GIFTS = (Membership.Role.OPD_STAFF, Membership.Role.COORDINATOR, Membership.Role.SIGNATORY)
"""Roles that a coordinator gives in its own government, and takes away again."""


class InvitationQuerySet(models.QuerySet):
    def open_at(self, now: datetime) -> "InvitationQuerySet":
        """Invitations that can still be accepted; see also `Invitation.is_open_at`."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)

    def unanswered(self) -> "InvitationQuerySet":
        """Invitations neither accepted nor withdrawn, expired or not."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def visible_to(self, actor) -> "InvitationQuerySet":
        """The invitations that `actor` may resend or withdraw; see also `obstacles_to_inviting`."""
        if actor.is_secretariat:
            return self
        if actor.is_coordinator:
            return self.filter(institution=actor.institution.pk, role__in=COORDINATORS_GIFTS)
        if actor.is_kanwil_officer:
            overseen = Institution.objects.visible_to(actor)
            return self.filter(institution__in=overseen, role__in=COORDINATING_ROLES)
        return self.none()


class Invitation(models.Model):
    """An offer of one role to one e-mail address, by a link that works once and until it expires.

    `user` exists from the start without a usable password, so that the invitation is a `Message` like any other.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations")
    role = models.CharField(_("peran"), max_length=20, choices=Membership.Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(_("diundang pada"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("berlaku sampai"))
    accepted_at = models.DateTimeField(_("diterima pada"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("ditarik pada"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("undangan")
        verbose_name_plural = _("undangan")
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_later"),
            models.CheckConstraint(
                condition=Q(role="staf_opd", unit__isnull=False) | (~Q(role="staf_opd") & Q(unit__isnull=True)),
                name="only_opd_staff_are_invited_to_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.email}: {self.get_role_display()}"

    def is_open_at(self, now) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
