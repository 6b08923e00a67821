"""What stands behind the figures of a publication, as it is frozen with them: letters and reports read only this.

An institution's content, without a time or a primary key; fractions as `reporting.scoring.exact_text` writes them:

    {"format": 3, "code": "53.07", "name": "Kabupaten Sikka", "kind": "kabupaten",
     "province": "Nusa Tenggara Timur",
     "history": [{"key": "2026-B06", "name": "Triwulan II", "year": 2026, "code": "B06", "calendar": "triwulan",
       "state": "scored", "all": "255/4", "reported": "255/4", "band": "kuning", "expected": 1, "sent": 1,
       "scored": 1}],
     "periods": [{"key": "2026-B09", "name": "Triwulan III", "code": "B09", "state": "scored", "is_late": false,
       "percent": 100, "late_lost": "0/1", "value": "65/1", "items": [{
         "number": 1, "title": "...", "is_illustrative": true, "value": "65/1",
         "measures": [{"number": 1, "text": "...", "execution": "carried_out", "administration": "met",
           "substance": "partly", "value": "65/1", "lost": "35/6", "note": "...",
           "reasons": [{"code": "S01", "text": "...", "advice": "..."}]}]}]}]}

`lost` is in points of the report's score, of which a late report keeps `percent`: the rest is `late_lost`. `items` is
empty for a report that is not verified, and null in the rare case that a judgement changed between the figure and its
freezing: a letter never disagrees with what was published.
The nation's content has `format` and `history` as above, and `issuer`, `timeliness`, `causes`, `weakest`. Whoever has
an office reads it, so its history holds only what was published: besides the period published here each row is of the
newest revision that its own period had then, with `revision`, and a period that was never published is left out.
Before format 3 those rows were as computed then, also of periods without a publication, and had no `revision`. Format 1
had neither `format` nor, in the history, `scored`.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count, Q

from actions.models import Aksi, Institution, Level, Measure, ReportingPeriod
from reporting.models import Judgement, MeasureAnswer, PublicationDetail, ReasonCode, Report, ReportItem, Score
from reporting.scoring import WHOLE, Rules, action_score, exact_text, mean, measure_score, report_score
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.results import Span

ISSUING_OFFICE = "Direktorat Jenderal Pelayanan dan Kepatuhan HAM"
"""Who publishes (DOMAIN section 3). Frozen with each publication: offices change their names."""
FORMAT = 3
MOST_WEAK = 8
NO_REASON = ("", "", "Tanpa kode alasan")


@dataclass
class InstitutionDetail:
    """One institution's place and content."""

    code: str
    level: str
    province: str
    kanwil: str
    content: dict = field(default_factory=dict)


def details_of(span: Span) -> tuple[dict, list[InstitutionDetail]]:
    """Return the nation's content and every institution's, by code; some fifteen queries, whatever their number."""
    rows = ReportingPeriod.objects.opened().in_order().select_related("plan_year__calendar")
    rows = list(rows.filter(plan_year__year__lte=span.plan_year.year))
    periods = [p for p in rows if (p.pk == span.period.pk if span.period else p.plan_year_id == span.plan_year.pk)]
    until = max((_place(p) for p in periods), default=(0, 0))
    past = [p for p in rows if _place(p) <= until]
    inputs = _Inputs(periods, rules_of(span.plan_year.rule_set))
    details = _institutions(inputs, periods, _history(past))
    return _nation(inputs, periods, _nation_history(span, past)), details


def _place(period: ReportingPeriod) -> tuple[int, int]:
    return period.plan_year.year, period.number


# The past

COUNTED = ("expected", "reported", "scored")


def _history(periods: Sequence[ReportingPeriod], scope: str = Score.Scope.INSTITUTION) -> dict[int | None, list[dict]]:
    """The stored figures of every institution by its id, or of the nation by None, the oldest first; one query."""
    by_pk = {period.pk: period for period in periods}
    rows = Score.objects.filter(period__in=by_pk, scope=scope, target_group=None)
    names = ("institution_id", "period_id", "state", "all_exact", "reported_exact", "band", *COUNTED)
    found = defaultdict(list)
    for institution, period, *figure in sorted(
        rows.order_by().values_list(*names), key=lambda row: _place(by_pk[row[1]])
    ):
        words = dict(zip(("state", "all", "reported", "band", "expected", "sent", "scored"), figure, strict=True))
        found[institution].append(_named(by_pk[period]) | words)
    return found


def _nation_history(span: Span, periods: Sequence[ReportingPeriod]) -> list[dict]:
    """The nation in the period that is published now, and in the others as their newest revision has it; two queries.

    A government may read its own figures before they are published, the nation's nobody else.
    """
    found = _published_nation([period for period in periods if period != span.period])
    if span.period:
        found |= {row["key"]: row for row in _history([span.period], Score.Scope.NATION)[None]}
    return [found[period.key] for period in periods if period.key in found]


def _published_nation(periods: Sequence[ReportingPeriod]) -> dict[str, dict]:
    """What the newest revision of each period says of the nation in that period, by the key of the period."""
    rows = PublicationDetail.objects.filter(code=PublicationDetail.NATION, publication__period__in=periods)
    names = ("publication__span_key", "publication__revision", "content")
    found = {}
    for key, revision, content in rows.order_by("publication__revision").values_list(*names):
        for row in json.loads(content)["history"]:
            if row["key"] == key:
                found[key] = row | {"revision": revision}
    return found


def _named(period: ReportingPeriod) -> dict:
    return {
        "key": period.key,
        "name": period.name,
        "code": period.code,
        "year": period.plan_year.year,
        "calendar": period.plan_year.calendar.code,
    }


# Reading once what every institution's content is cut from


class _Inputs:
    """Everything judged in some periods, in plain dictionaries."""

    def __init__(self, periods: list[ReportingPeriod], rules: Rules):
        self.rules = rules
        self.best = measure_score(rules, execution="carried_out", administration="met", substance="met")
        self.reports = list(
            Report.objects.filter(period__in=periods)
            .select_related("institution", "province", "kanwil")
            .order_by("institution__code", "period__number")
        )
        years = {period.plan_year_id for period in periods}
        self.aksi = Aksi.objects.filter(plan_year__in=years).in_bulk()
        self.measures = Measure.objects.filter(period__in=periods).in_bulk()
        self.items = defaultdict(list)
        items = ReportItem.objects.filter(report__period__in=periods).order_by("aksi__number")
        for report, pk, aksi in items.values_list("report_id", "pk", "aksi_id"):
            self.items[report].append((pk, self.aksi[aksi]))
        self.answers = self._answers(periods)
        self.reasons = self._reasons(periods)

    def _answers(self, periods: list[ReportingPeriod]) -> dict[int, list[tuple]]:
        found = defaultdict(list)
        rows = MeasureAnswer.objects.filter(
            item__report__period__in=periods, item__report__status=ReportStatus.VERIFIED
        )
        names = ("measure_id", "judgement_id", *(f"judgement__{name}" for name in JUDGED))
        for item, *row in rows.order_by("measure__number").values_list("item_id", *names):
            found[item].append(tuple(row))
        return found

    def _reasons(self, periods: list[ReportingPeriod]) -> dict[int, list[dict]]:
        codes = {reason.pk: reason for reason in ReasonCode.objects.all()}
        found = defaultdict(list)
        rows = Judgement.reasons.through.objects.filter(judgement__answer__item__report__period__in=periods)
        for judgement, reason in rows.order_by("reasoncode__code").values_list("judgement_id", "reasoncode_id"):
            row = codes[reason]
            found[judgement].append({"code": row.code, "text": row.text, "advice": row.advice})
        return found


JUDGED = ("execution", "administration", "substance", "note")


# Institutions


def _institutions(
    inputs: _Inputs, periods: list[ReportingPeriod], history: dict[int, list[dict]]
) -> list[InstitutionDetail]:
    names = {period.pk: _named(period) for period in periods}
    found: dict[str, InstitutionDetail] = {}
    for report in inputs.reports:  # the latest period last: it says where the institution counts
        own = report.institution
        past = history.get(own.pk, [])
        place = names[report.period_id]
        figure = next((row for row in past if row["key"] == place["key"]), None)
        detail = found.setdefault(own.code, InstitutionDetail(own.code, "", "", "", {"periods": []}))
        detail.level = report.level
        detail.province = report.province.code if report.province else ""
        detail.kanwil = report.kanwil.code if report.kanwil else ""
        detail.content |= {
            "format": FORMAT,
            "code": own.code,
            "name": own.name,
            "kind": own.kind,
            "province": report.province.name if report.province else "",
            "history": past,
        }
        detail.content["periods"].append(_period(inputs, report, place, figure))
    return sorted(found.values(), key=lambda detail: detail.code)


def _period(inputs: _Inputs, report: Report, place: dict, figure: dict | None) -> dict:
    words = {name: place[name] for name in ("key", "name", "code")}
    words |= {
        "state": figure["state"] if figure else Score.State.EXPECTED.value,
        "is_late": report.is_late,
        "percent": WHOLE,
        "late_lost": exact_text(Fraction(0)),
        "value": figure["all"] if figure else "",
        "items": [],
    }
    if words["state"] != Score.State.SCORED:
        return words
    entries = inputs.items[report.pk]
    values, items = [], []
    percent = inputs.rules.percent_of(is_late=report.is_late)
    for pk, aksi in entries:
        value, item = _item(inputs, pk, aksi, Fraction(percent, WHOLE * len(entries)))
        values.append(value)
        items.append(item)
    agrees = exact_text(report_score(values, percent=percent)) == words["value"]
    late_lost = exact_text(inputs.best * Fraction(WHOLE - percent, WHOLE))
    return words | {"percent": percent, "late_lost": late_lost, "items": items if agrees else None}


def _item(inputs: _Inputs, pk: int, aksi: Aksi, share: Fraction) -> tuple[Fraction, dict]:
    """The score and the words of an aksi that counts for `share` of its report."""
    rows = inputs.answers[pk]
    values, measures = [], []
    for measure, judgement, execution, administration, substance, note in rows:
        value = measure_score(inputs.rules, execution=execution, administration=administration, substance=substance)
        values.append(value)
        measures.append(
            {
                "number": inputs.measures[measure].number,
                "text": inputs.measures[measure].text,
                "execution": execution or "",
                "administration": administration or "",
                "substance": substance or "",
                "value": exact_text(value),
                "lost": exact_text((inputs.best - value) * share / len(rows)),
                "note": note or "",
                "reasons": inputs.reasons.get(judgement, []),
            }
        )
    score = action_score(values)
    words = {"number": aksi.number, "title": aksi.title, "is_illustrative": aksi.is_illustrative}
    return score, words | {"value": exact_text(score), "measures": measures}


# The nation


def _nation(inputs: _Inputs, periods: list[ReportingPeriod], history: list[dict]) -> dict:
    return {
        "format": FORMAT,
        "issuer": {"ministry": _ministry(max(p.covers_until for p in periods)), "office": ISSUING_OFFICE},
        "history": history,
        "timeliness": _timeliness(periods),
        "causes": _causes(periods),
        "weakest": _weakest(inputs, {period.pk for period in periods}),
    }


def _ministry(day) -> str:
    """The ministry that houses the secretariat on a day, or whichever does when none did."""
    houses = Institution.objects.filter(houses_secretariat=True).order_by("code")
    house = houses.in_force_on(day).first() or houses.first()
    return house.name if house else ""


def _timeliness(periods: list[ReportingPeriod]) -> list[dict]:
    """How many reports of each level were expected, came on time, and late."""
    rows = Report.objects.filter(period__in=periods).order_by().values("level")
    rows = rows.annotate(
        expected=Count("pk"),
        on_time=Count("pk", filter=Q(round__gt=0, is_late=False)),
        late=Count("pk", filter=Q(round__gt=0, is_late=True)),
    )
    found = {row["level"]: dict(row) for row in rows}
    return [found[level] for level in Level.values if level in found]


def _causes(periods: list[ReportingPeriod]) -> dict:
    """Of how many judged measures of verified reports some came back, and for what; each counts once.

    See also `reporting.summaries.causes`, which counts the same for the page of causes.
    """
    verified = {"item__report__period__in": periods, "item__report__status": ReportStatus.VERIFIED}
    answers = MeasureAnswer.objects.filter(judgement__isnull=False, **verified)
    returns = Judgement.objects.filter(answer__in=answers, decision=Judgement.Decision.RETURN).order_by()
    pairs = set(returns.values_list("answer", "reasons__code", "reasons__aspect", "reasons__text"))
    counts = Counter(tuple(reason) if reason[0] else NO_REASON for _answer, *reason in pairs)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return {
        "judged": answers.count(),
        "returned": len({answer for answer, *_reason in pairs}),
        "reasons": [
            {"code": code, "aspect": aspect, "text": text, "count": count} for (code, aspect, text), count in rows
        ],
    }


def _weakest(inputs: _Inputs, periods: set[int]) -> list[dict]:
    """The aksi of provinces and of kabupaten and kota with the lowest mean over reports, a missing one counting 0."""
    rows: dict[int, Counter] = defaultdict(Counter)
    values: dict[int, list[Fraction]] = defaultdict(list)
    for report in inputs.reports:
        if report.level == Level.MINISTRY:
            continue  # each ministry has aksi of its own: no mean to speak of
        for pk, aksi in inputs.items[report.pk]:
            rows[aksi.pk]["expected"] += 1
            if report.status == ReportStatus.VERIFIED:
                values[aksi.pk].append(_value(inputs, pk))
            elif not report.round:
                rows[aksi.pk]["missing"] += 1
    found = []
    for pk, counts in rows.items():
        everyone = mean([*values[pk], *[Fraction(0)] * counts["missing"]])
        if values[pk]:
            found.append((everyone, inputs.aksi[pk], mean(values[pk]), counts["expected"], len(values[pk])))
    weakest = []
    for level in (Level.PROVINCE, Level.REGENCY):
        own = sorted((row for row in found if row[1].level == level), key=lambda row: (row[0], row[1].number))
        weakest += [_weak(*row) for row in own[: MOST_WEAK // 2]]
    return weakest


def _value(inputs: _Inputs, item: int) -> Fraction:
    judged = [row[2:5] for row in inputs.answers[item]]
    return action_score([measure_score(inputs.rules, execution=e, administration=a, substance=s) for e, a, s in judged])


def _weak(everyone: Fraction, aksi: Aksi, reporters: Fraction | None, expected: int, scored: int) -> dict:
    return {
        "level": aksi.level,
        "number": aksi.number,
        "title": aksi.title,
        "is_illustrative": aksi.is_illustrative,
        "all": exact_text(everyone),
        "reported": exact_text(reporters),
        "expected": expected,
        "scored": scored,
    }
