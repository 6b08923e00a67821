"""Rule sets in words: every setting with its source, who uses them, and what no version may change."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import PlanYear, RuleSet, RuleSetEvent

ASSUMPTION = "asumsi"


@dataclass(frozen=True)
class RuleValue:
    """One setting of a rule set, a number or words.

    `before` is that of the version it was copied from, None without one or unchanged; `old_source` is its source then.
    """

    label: str
    value: int | str
    source: str
    before: int | str | None
    old_source: str = ""
    is_number: bool = True

    @property
    def is_assumption(self) -> bool:
        """True where nobody else has published the number."""
        return not self.source or self.source.casefold().startswith(ASSUMPTION)

    @property
    def names_old_source(self) -> bool:
        """True where a changed value still claims what was published for the value before."""
        return self.before is not None and not self.is_assumption and self.source == self.old_source


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
    """Return every setting of a rule set with its source; load it with `copied_from`."""
    return [_value(rule_set, name) for name in RuleSet.SETTINGS]


def _value(rule_set: RuleSet, name: str) -> RuleValue:
    value = getattr(rule_set, name)
    copied_from = rule_set.copied_from
    before = getattr(copied_from, name) if copied_from else None
    return RuleValue(
        label=str(RuleSet._meta.get_field(name).verbose_name).capitalize(),
        value=_shown(name, value),
        source=rule_set.sources.get(name, ""),
        before=_shown(name, before) if before not in (None, value) else None,
        old_source=copied_from.sources.get(name, "") if copied_from else "",
        is_number=name in RuleSet.NUMBERS,
    )


def _shown(name: str, value: int | str) -> int | str:
    return str(RuleSet.CHOICES[name](value).label) if name in RuleSet.CHOICES else value


@dataclass(frozen=True)
class Treatment:
    """A rule that is the same in every version: words, and where they come from."""

    case: str
    rule: str
    source: str


TREATMENTS = [
    Treatment(
        gettext_lazy("Tidak lapor"),
        gettext_lazy("Bernilai 0 dalam rata-rata seluruh instansi, tidak masuk rata-rata yang melapor."),
        gettext_lazy("Asumsi portal; sumber tidak mengatur, maka kedua rata-rata selalu ditampilkan"),
    ),
    Treatment(
        gettext_lazy("Belum dinilai"),
        gettext_lazy("Tidak masuk rata-rata mana pun dan dihitung tersendiri."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Aksi dan laporan"),
        gettext_lazy("Nilai aksi: rata-rata ukurannya. Nilai laporan: rata-rata aksinya; aksi tanpa isi dihitung 0."),
        gettext_lazy("Diturunkan dari angka yang dipublikasikan"),
    ),
    Treatment(
        gettext_lazy("Tahun berjalan"),
        gettext_lazy("Hanya periode yang sudah ditutup; sementara sampai semuanya ditutup."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Petak provinsi"),
        gettext_lazy("Rata-rata pemerintah provinsi dan kabupaten/kotanya, masing-masing dihitung sekali."),
        gettext_lazy("Asumsi portal"),
    ),
    Treatment(
        gettext_lazy("Kelompok sasaran"),
        gettext_lazy("Aksi dengan beberapa kelompok dihitung pada setiap kelompoknya."),
        gettext_lazy("Asumsi portal"),
    ),
]
