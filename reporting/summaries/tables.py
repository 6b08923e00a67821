"""Tables of results as spreadsheets get them: a header and lines of cells, scores as the pages round them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from actions.models import Institution
from reporting.models import Score
from reporting.spreadsheets import Line, points
from reporting.summaries.levels import GroupResults, LevelResults, Ranked


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
    rows = rows.filter(period__isnull=False).select_related("period", "plan_year__rule_set")
    return [
        [_("Tahun"), _("Periode"), _("Keadaan"), _("Nilai"), _("Pita")],
        *(
            [
                score.plan_year.year,
                score.period.code,
                str(score.get_state_display()),
                points(score.reported_value, score.plan_year.rule_set.cutoffs),
                score.band,
            ]
            for score in rows.order_by("-plan_year__year", "-period__number")
        ),
    ]


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
