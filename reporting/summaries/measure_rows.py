"""Every measure of many reports as lines of one table: what was sent, how it was judged, and what it scored.

Answers are those of the last sending, which is what was judged; what was never sent has no answer here. Judgements
and scores appear once a report is verified, when its government may read them too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from actions.models import Aksi, Institution, PlanYear
from reporting.frozen import NOT_REPORTED, FrozenMeasure, frozen_measures
from reporting.models import Judgement, MeasureAnswer, Report, Score, Submission
from reporting.scoring import Rules, measure_score
from reporting.spreadsheets import Line, points
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.results import Span

REPORTS_A_CHUNK = 100

REPORT_COLUMNS = [
    "Kode instansi", "Instansi", "Jenjang", "Kode provinsi", "Provinsi", "Kanwil penelaah", "Tahun", "Periode",
    "Keadaan laporan", "Putaran", "Terlambat", "Dikirim pada (WIB)", "Diverifikasi pada (WIB)", "Nilai laporan",
    "Pita", "Aturan",
]  # fmt: skip
MEASURE_COLUMNS = [
    "Aksi", "Judul aksi", "Kelompok sasaran", "Contoh", "Nilai aksi", "Ukuran", "Bunyi ukuran", "Pelaksanaan",
    "Uraian", "Angka capaian", "Anggaran (Rp)", "Realisasi (Rp)", "Kendala", "Alasan", "Nomor surat",
    "Banyak data dukung", "SHA-256 data dukung",
]  # fmt: skip
JUDGEMENT_COLUMNS = [
    "Administrasi", "Substansi", "Kode alasan", "Catatan penelaah", "Jenis putusan", "Kantor penilai",
    "Peran penilai", "Dinilai pada (WIB)", "Nilai ukuran",
]  # fmt: skip
HEADER = [*REPORT_COLUMNS, *MEASURE_COLUMNS, *JUDGEMENT_COLUMNS]


def measure_rows(span: Span, reports: QuerySet[Report]) -> Iterator[tuple[int, int, list[Line]]]:
    """Yield the lines of `reports` in pieces, each with how many reports are through and how many there are.

    Ordered by institution, period, aksi and measure, not by a database's collation. Five queries for each hundred
    reports, and no more of them in memory.
    """
    keys = sorted(reports.values_list("institution__code", "period__number", "pk"))
    rules, groups = rules_of(span.plan_year.rule_set), _groups(span.plan_year)
    for start in range(0, len(keys), REPORTS_A_CHUNK):
        piece = [pk for _code, _number, pk in keys[start : start + REPORTS_A_CHUNK]]
        yield start + len(piece), len(keys), _Piece(piece, span.plan_year, rules, groups).lines()


def _groups(plan_year: PlanYear) -> dict[int, str]:
    """The names of the target groups of each aksi."""
    names = defaultdict(list)
    rows = Aksi.objects.filter(plan_year=plan_year).order_by("pk", "target_groups__order", "target_groups__code")
    for pk, name in rows.values_list("pk", "target_groups__name"):
        names[pk].append(name or "")
    return {pk: ", ".join(found) for pk, found in names.items()}


@dataclass
class _Piece:
    """The lines of a hundred reports."""

    report_ids: list[int]
    plan_year: PlanYear
    rules: Rules
    groups: dict[int, str]

    def lines(self) -> list[Line]:
        answers, sent, scores, reasons = self._answers(), self._sent(), self._scores(), self._reasons()
        rows = Report.objects.select_related("institution", "period", "province", "kanwil").in_bulk(self.report_ids)
        found = []
        for pk in self.report_ids:
            report = rows[pk]
            head = self._report_cells(report, scores.get((report.institution_id, report.period_id)))
            for answer in answers[pk]:
                body = self._measure_cells(answer, sent.get(pk, {}).get(answer.pk, NOT_REPORTED))
                found.append([*head, *body, *self._judgement_cells(report, answer, reasons)])
        return found

    def _answers(self) -> dict[int, list[MeasureAnswer]]:
        found = defaultdict(list)
        rows = MeasureAnswer.objects.filter(item__report__in=self.report_ids).order_by()
        rows = rows.select_related("measure", "item__aksi", "item__score", "judgement__office")
        for row in sorted(rows, key=lambda row: (row.item.aksi.number, row.item_id, row.measure.number)):
            found[row.item.report_id].append(row)
        return found

    def _sent(self) -> dict[int, dict[int, FrozenMeasure]]:
        """The answers of the last standing submission of each report, by answer id."""
        rows = Submission.objects.filter(report__in=self.report_ids, recalled_at__isnull=True).order_by("round")
        newest = dict(rows.values_list("report_id", "content"))
        return {report_id: frozen_measures(content) for report_id, content in newest.items()}

    def _scores(self) -> dict[tuple[int, int], Score]:
        rows = Score.objects.filter(
            scope=Score.Scope.INSTITUTION,
            target_group=None,
            period__plan_year=self.plan_year,
            institution__reports__in=self.report_ids,
        )
        return {(row.institution_id, row.period_id): row for row in rows.distinct()}

    def _reasons(self) -> dict[int, list[str]]:
        found = defaultdict(list)
        rows = Judgement.reasons.through.objects.filter(judgement__answer__item__report__in=self.report_ids)
        for judgement_id, code in sorted(rows.values_list("judgement_id", "reasoncode__code")):
            found[judgement_id].append(code)
        return found

    def _report_cells(self, report: Report, score: Score | None) -> list:
        is_scored = score is not None and report.status == ReportStatus.VERIFIED
        return [
            report.institution.code,
            report.institution.name,
            report.get_level_display(),
            report.province.code if report.province else "",
            report.province.name if report.province else "",
            report.kanwil.name if report.kanwil else "",
            self.plan_year.year,
            report.period.code,
            report.get_status_display(),
            report.round,
            report.is_late,
            report.submitted_at if report.round else None,
            report.verified_at if report.status == ReportStatus.VERIFIED else None,
            self._points(score.reported_value) if is_scored else None,
            score.band if is_scored else "",
            self.plan_year.rule_set.code,
        ]

    def _measure_cells(self, answer: MeasureAnswer, sent: FrozenMeasure) -> list:
        aksi, score = answer.item.aksi, getattr(answer.item, "score", None)
        return [
            aksi.number,
            aksi.title,
            self.groups.get(aksi.pk, ""),
            aksi.is_illustrative,
            self._points(score.value) if score else None,
            answer.measure.number,
            answer.measure.text,
            str(MeasureAnswer.Execution(sent.execution).label) if sent.execution else _("Tidak ada kiriman"),
            sent.description,
            sent.number,
            sent.budget,
            sent.realisation,
            sent.obstacles,
            sent.reason,
            sent.letter_number,
            len(sent.evidence),
            " ".join(file.sha256 for file in sent.evidence),
        ]

    def _judgement_cells(self, report: Report, answer: MeasureAnswer, reasons: dict[int, list[str]]) -> list:
        if report.status != ReportStatus.VERIFIED:
            return [None] * len(JUDGEMENT_COLUMNS)
        judgement = answer.judgement
        if judgement is None:  # added after it was judged
            value = measure_score(self.rules, execution="", administration="", substance="")
            return [*[None] * (len(JUDGEMENT_COLUMNS) - 1), self._points(value)]
        value = measure_score(
            self.rules,
            execution=judgement.execution,
            administration=judgement.administration,
            substance=judgement.substance,
        )
        return [
            judgement.get_administration_display(),
            judgement.get_substance_display(),
            " ".join(reasons[judgement.pk]),
            judgement.note,
            judgement.get_kind_display(),
            judgement.office.name,
            _role_of(judgement.office),
            judgement.judged_at,
            self._points(value),
        ]

    def _points(self, value) -> object:
        return points(value, (self.rules.yellow_from, self.rules.green_from))


def _role_of(office: Institution) -> str:
    if office.kind == Institution.Kind.KANWIL:
        return _("Petugas Kanwil")
    return _("Verifikator pusat") if office.houses_secretariat else _("Verifikator Panitia Nasional")
