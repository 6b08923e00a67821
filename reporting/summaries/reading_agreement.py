"""The agreement of first and second readers of a closed sample: as a whole, by office, by measure; no models change."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from actions.models import Level, Measure
from reporting.agreement import Agreement, agreement_of
from reporting.models import Judgement, MeasureAnswer, Reading, ReadingSample
from reporting.summaries.readings import Entry, entries_of, offices_of

Value = Judgement.Value


@dataclass(frozen=True)
class AgreementRow:
    """One line: whose, and the agreement in each aspect.

    `substance` leaves out what was not carried out: the rules fix its substance, so nobody judged it.
    """

    code: str
    name: str
    administration: Agreement
    substance: Agreement

    @property
    def n(self) -> int:
        return self.administration.n

    @property
    def aspects(self) -> list[tuple[str, Agreement]]:
        return [(_("Administrasi"), self.administration), (_("Substansi"), self.substance)]


@dataclass(frozen=True)
class SampleAgreement:
    """What a sample says about how alike reviewers judge; `whole` weighs every measure read alike."""

    whole: AgreementRow
    offices: list[AgreementRow]
    measures: list[AgreementRow]

    def of_office(self, code: str) -> AgreementRow | None:
        return next((row for row in self.offices if row.code == code), None)


def agreement_report(sample: ReadingSample) -> SampleAgreement:
    """Return the agreement in a sample, of the measures that have a second reading; four queries."""
    entries = [entry for entry in entries_of(sample) if Reading.Kind.SECOND in entry.read]
    offices = [_row(office.code, office.name, rows) for office, rows in offices_of(entries)]
    return SampleAgreement(_row("", _("Seluruh sampel"), entries), offices, _by_measure(entries))


def matrix(agreement: Agreement) -> list[tuple[str, list[int]]]:
    """Return the matrix of one aspect: for each word of the first reader how often the second used which."""
    return [(word.label, [agreement.counts.get((word.value, other), 0) for other in Value.values]) for word in Value]


def _row(code: str, name: str, entries: Iterable[Entry]) -> AgreementRow:
    rows = list(entries)
    judged = [row for row in rows if row.execution != MeasureAnswer.Execution.NOT_CARRIED_OUT]
    return AgreementRow(code, name, _agreement(rows, 0), _agreement(judged, 1))


def _agreement(entries: list[Entry], aspect: int) -> Agreement:
    return agreement_of((entry.first[aspect], entry.read[Reading.Kind.SECOND][aspect]) for entry in entries)


def _by_measure(entries: list[Entry]) -> list[AgreementRow]:
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.measure, []).append(entry)
    rows = Measure.objects.filter(pk__in=found).select_related("aksi__institution")
    order = {level: place for place, level in enumerate(Level.values)}
    in_order = sorted(rows, key=lambda row: (order[row.aksi.level], _owner(row), row.aksi.number, row.number))
    return [_row(f"{_owner(row)}/{row.aksi.number}/{row.number}", _name(row), found[row.pk]) for row in in_order]


def _owner(measure: Measure) -> str:
    return measure.aksi.institution.code if measure.aksi.institution else measure.aksi.level


def _name(measure: Measure) -> str:
    owner = measure.aksi.institution.label if measure.aksi.institution else measure.aksi.get_level_display()
    return _("%(owner)s, aksi %(aksi)s, ukuran %(measure)s") % {
        "owner": owner,
        "aksi": measure.aksi.number,
        "measure": measure.number,
    }
