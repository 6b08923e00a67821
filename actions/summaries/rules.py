"""Rule sets in words: every number with its source, who uses them, and what is not a number."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import PlanYear, RuleSet, RuleSetEvent

ASSUMPTION = "asumsi"


@dataclass(frozen=True)
class RuleValue:
    """One number of a rule set; `before` is that of the version it was copied from, None without one or unchanged."""

    label: str
    value: int
    source: str
    before: int | None

    @property
    def is_assumption(self) -> bool:
        """True where nobody else has published the number."""
        return not self.source or self.source.casefold().startswith(ASSUMPTION)


@dataclass(frozen=True)
class RuleVersion:
    """A rule set with the years that name it; one that no year names or named is a draft."""

    rule_set: RuleSet
    years: list[int]
    was_adopted: bool

    @property
    def is_draft(self) -> bool:
        return self.rule_set.copied_from_id is not None and not self.years and not self.was_adopted

    @property
    def state(self) -> tuple[str, str]:
        """The state as a chip: its word and its colour."""
        if self.years:
            return _("Dipakai"), "hijau"
        if self.is_draft:
            return _("Rancangan"), "kuning"
        return (_("Digantikan"), "abu") if self.was_adopted else (_("Belum dipakai"), "abu")


def rule_versions() -> list[RuleVersion]:
    """Return every rule set, the newest code first, in three queries."""
    years: dict[int, list[int]] = {}
    for rule_set_id, year in PlanYear.objects.order_by("year").values_list("rule_set_id", "year"):
        years.setdefault(rule_set_id, []).append(year)
    adopted = RuleSetEvent.objects.filter(kind=RuleSetEvent.Kind.ADOPTED)
    known = {pk for pair in adopted.values_list("rule_set_id", "replaced_id") for pk in pair}
    rows = RuleSet.objects.select_related("copied_from").order_by("-code")
    return [RuleVersion(row, years.get(row.pk, []), row.pk in known) for row in rows]


def values_of(rule_set: RuleSet) -> list[RuleValue]:
    """Return every number of a rule set with its source; load it with `copied_from`."""
    return [_value(rule_set, name) for name in RuleSet.NUMBERS]


def _value(rule_set: RuleSet, name: str) -> RuleValue:
    value = getattr(rule_set, name)
    before = getattr(rule_set.copied_from, name) if rule_set.copied_from else None
    return RuleValue(
        label=str(RuleSet._meta.get_field(name).verbose_name).capitalize(),
        value=value,
        source=rule_set.sources.get(name, ""),
        before=before if before != value else None,
    )


@dataclass(frozen=True)
class Treatment:
    """A rule that is the same in every version: words, and where they come from."""

    case: str
    rule: str
    source: str


TREATMENTS = [
    Treatment(gettext_lazy("Ukuran tidak diisi"), gettext_lazy("Bernilai 0."), gettext_lazy("Asumsi portal")),
    Treatment(
        gettext_lazy("Nihil"),
        gettext_lazy("Surat keterangannya dinilai dengan nilai biasa."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Terlambat"),
        gettext_lazy("Ditandai, tidak mengurangi nilai."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Tidak lapor"),
        gettext_lazy("Bernilai 0 dalam rata-rata seluruh instansi, tidak masuk rata-rata yang melapor."),
        gettext_lazy("Asumsi portal; sumber tidak mengatur, maka kedua rata-rata ditampilkan"),
    ),
    Treatment(
        gettext_lazy("Belum dinilai"),
        gettext_lazy("Tidak masuk rata-rata mana pun dan dihitung tersendiri."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Tahun"),
        gettext_lazy("Rata-rata periode yang sudah ditutup; sementara sampai semuanya ditutup."),
        gettext_lazy("Rata-rata: dipublikasikan untuk 2022; yang ditutup saja: asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Jenjang dan nasional"),
        gettext_lazy("Jenjang: rata-rata instansinya. Nasional: rata-rata tiga jenjang tanpa bobot."),
        gettext_lazy("Diturunkan dari angka yang dipublikasikan"),
    ),
]
