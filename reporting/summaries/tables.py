"""Tables of results as spreadsheets get them: a header and lines of cells, scores as the pages round them."""

from collections.abc import Iterable
from fractions import Fraction

from django.utils.translation import gettext as _

from actions.models import Institution
from reporting.models import Score
from reporting.scoring import as_decimal
from reporting.spreadsheets import Cell, Line, points
from reporting.summaries.aksi_results import AksiResults
from reporting.summaries.compare import Comparison, Pair, Shown, Side
from reporting.summaries.distribution import AksiMean, Bin
from reporting.summaries.levels import GroupResults, LevelResults, Ranked
from reporting.summaries.over_time import Course
from reporting.summaries.timeliness import Timeliness


def score_lines(scores: Iterable[Score], cutoffs: tuple[int, int]) -> list[Line]:
    """Return one line for each figure of an institution or province; no query."""
    return [
        [_("Kode"), _("Instansi"), *_figure_columns()],
        *([score.institution.code, score.institution.name, *_figure(score, cutoffs)] for score in scores),
    ]


def ranking_lines(found: LevelResults, cutoffs: tuple[int, int]) -> list[Line]:
    """Return every institution of a level with its place, the best first; no query."""
    return [
        [_("Peringkat"), _("Peringkat bersama"), _("Kode"), _("Instansi"), *_figure_columns()],
        *(_ranked(row, cutoffs) for row in found.ranked),
    ]


def _ranked(found: Ranked, cutoffs: tuple[int, int]) -> Line:
    score = found.row.score
    head = [found.place, found.shared, score.institution.code, score.institution.name]
    return [*head, *_figure(score, cutoffs)]


def group_lines(found: GroupResults, cutoffs: tuple[int, int]) -> list[Line]:
    """Return the nation and its levels for one target group; no query."""
    nation = [(_("Nasional"), found.nation)] if found.nation else []
    levels = [(str(level.label), score) for level, score in found.levels]
    return [
        [_("Kelompok sasaran"), _("Jenjang"), *_figure_columns()],
        *([found.group.name, label, *_figure(score, cutoffs)] for label, score in [*nation, *levels]),
    ]


def history_lines(institution: Institution) -> list[Line]:
    """Return every period of one institution, the newest first, each as its own rules round it; one query."""
    rows = Score.objects.filter(scope=Score.Scope.INSTITUTION, institution=institution, target_group=None)
    rows = rows.filter(period__isnull=False).select_related("period", "plan_year", "rule_set")
    return [
        [_("Tahun"), _("Periode"), _("Keadaan"), _("Nilai"), _("Pita")],
        *(
            [
                score.plan_year.year,
                score.period.code,
                str(score.get_state_display()),
                points(score.reported_value, score.rule_set.cutoffs),
                score.band,
            ]
            for score in rows.order_by("-plan_year__year", "-period__number")
        ),
    ]


def trend_lines(course: Course) -> list[Line]:
    """Return the periods of a trend, the oldest first, each as its own rules round it; no query."""
    return [
        [_("Tahun"), _("Periode"), _("Kalender"), *_mean_columns()],
        *(
            [
                point.year,
                point.label,
                point.calendar,
                points(point.all_value, point.cutoffs),
                point.counted,
                points(point.reported_value, point.cutoffs),
                point.scored,
            ]
            for point in course.points
        ),
    ]


def province_lines(
    aksi: Iterable[AksiMean], bins: Iterable[Bin], timeliness: Timeliness, cutoffs: tuple[int, int]
) -> list[Line]:
    """Return what stands beside a province's table: its aksi, how its figures are spread, when reports came."""
    none = [None] * 4
    spread = [
        _("%(low)s sampai 100") % {"low": row.low}
        if row.high == 100
        else _("%(low)s sampai di bawah %(high)s") % {"low": row.low, "high": row.high}
        for row in bins
    ]
    return [
        [_("Bagian"), _("Nama"), *_mean_columns(), _("Wajib"), _("Banyaknya")],
        *(
            [
                _("Aksi kabupaten/kota"),
                f"{row.number}. {row.title}",
                points(row.everyone, cutoffs),
                row.counted,
                points(row.reporters, cutoffs),
                row.scored,
                row.expected,
                None,
            ]
            for row in aksi
        ),
        *(
            [_("Sebaran nilai, banyaknya instansi"), name, *none, None, row.count]
            for name, row in zip(spread, bins, strict=True)
        ),
        *(
            [_("Ketepatan waktu, banyaknya laporan"), name, *none, timeliness.expected, count]
            for name, count in timeliness.parts
        ),
    ]


def aksi_lines(found: AksiResults, cutoffs: tuple[int, int]) -> list[Line]:
    """Return the figure of one aksi in each kabupaten and kota of a province, the weakest first; no query."""
    return [
        [_("Kode"), _("Kabupaten/kota"), _("Nilai aksi"), _("Pita atau keadaan")],
        *([row.code, row.name, points(row.value, cutoffs), row.word] for row in found.rows),
    ]


def timeliness_lines(timeliness: Timeliness) -> list[Line]:
    """Return how many reports came on time, late, or not at all; no query."""
    return [
        [_("Ketepatan waktu"), _("Laporan"), _("Wajib")],
        *([name, count, timeliness.expected] for name, count in timeliness.parts),
    ]


def _mean_columns() -> list[str]:
    return [_("Capaian (seluruh instansi)"), _("Dihitung"), _("Capaian (yang melapor)"), _("Dinilai")]


def comparison_lines(found: Comparison) -> list[Line]:
    """Return two results side by side: every table of the page below the other; no query."""
    names = (_("nilai"), _("dihitung"), _("nilai yang melapor"), _("dinilai"), _("poin hilang"))
    parts = [
        (_("Nilai"), found.totals),
        (_("Jenjang"), found.levels),
        (_("Kelompok sasaran"), found.groups),
        (_("Aksi"), found.aksi),
    ]
    difference = _("Selisih (A dikurangi B)") if found.is_reversed else _("Selisih (B dikurangi A)")
    lines = [[_("Bagian"), _("Nama"), *(f"{side} {name}" for side in "AB" for name in names), difference]]
    lines += [_compared(part, pair, found) for part, pairs in parts for pair in pairs]
    sent = [_sent(side) for side in (found.a, found.b)]
    none = [None] * (len(names) - 1)
    lines += [[_("Laporan"), name, sent[0][name], *none, sent[1][name], *none, None] for name in sent[0]]
    return lines


def comparison_notes(found: Comparison) -> list[Line]:
    """Return what A and B are, by which rules and calendar each was counted."""
    notes = []
    for letter, side in (("A", found.a), ("B", found.b)):
        year = side.span.plan_year
        notes.append([letter, side.label])
        notes.append([_("%(side)s, aturan") % {"side": letter}, f"{year.rule_set.name} ({year.rule_set.code})"])
        notes.append([_("%(side)s, kalender") % {"side": letter}, year.calendar.name])
        if side.mean_words:
            notes.append([_("%(side)s, cara menghitung") % {"side": letter}, side.mean_words])
    return notes


def _compared(part: str, pair: Pair, found: Comparison) -> Line:
    difference = None if pair.points is None else as_decimal(pair.points, 2)
    return [part, pair.label, *_shown(pair.a, found.a), *_shown(pair.b, found.b), difference]


def _shown(one: Shown, side: Side) -> list[Cell]:
    reporters = points(one.reporters, side.cutoffs)
    lost = None if one.lost is None else as_decimal(one.lost, 2)
    return [points(one.value, side.cutoffs), one.count, reporters, one.scored, lost]


def _sent(side: Side) -> dict[str, Cell]:
    found = side.timeliness
    shares = {_("Dikirim (persen)"): side.participation, _("Dikirim tepat waktu (persen)"): side.on_time}
    return {
        _("Wajib"): found.expected,
        _("Dikirim"): found.sent,
        _("Dikirim tepat waktu"): found.on_time,
        _("Dikirim terlambat"): found.late,
    } | {name: None if share is None else as_decimal(Fraction(share), 2) for name, share in shares.items()}


def _figure_columns() -> list[str]:
    return [
        _("Keadaan"),
        _("Capaian (seluruh instansi)"),
        _("Capaian (yang melapor)"),
        _("Pita"),
        _("Wajib lapor"),
        _("Melapor"),
        _("Dinilai"),
        _("Hijau"),
        _("Kuning"),
        _("Merah"),
        _("Sementara"),
    ]


def _figure(score: Score, cutoffs: tuple[int, int]) -> list:
    return [
        str(score.get_state_display()),
        points(score.all_value, cutoffs),
        points(score.reported_value, cutoffs),
        score.band,
        score.expected,
        score.reported,
        score.scored,
        score.green,
        score.yellow,
        score.red,
        score.is_provisional,
    ]
