"""What an answer still lacks and what each gap is worth in points: arithmetic on rows in hand, no queries.

The price of a gap is an estimate by the rule set: one gap moves its aspect from "sesuai" to "sebagian", and the
gaps of one aspect together never cost more than falling to "tidak sesuai".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts import formats
from actions.models import EvidenceKind, MeasureEvidence
from reporting.models import MeasureAnswer
from reporting.scoring import WHOLE, Rules, measure_score

EXECUTION = MeasureAnswer.Execution
FILE_SUFFIX = "-file"
COUNT_WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")


@dataclass(frozen=True)
class Gap:
    """One thing that an answer lacks. `field` names the form field, `anchor` its id on the filling page.

    `points` is the share of the report's 100 points that closing the gap is worth.
    """

    text: str
    detail: str
    field: str
    anchor: str
    points: Fraction

    @property
    def is_document(self) -> bool:
        return self.field.endswith(FILE_SUFFIX)


def form_prefix(answer_id: int) -> str:
    """Return the prefix of an answer's form fields on the filling page."""
    return f"u{answer_id}"


def file_field(kind_code: str) -> str:
    """Return the name of the form field that takes a file of one kind, within an answer's prefix."""
    return f"{kind_code}{FILE_SUFFIX}"


def measure_worth(*, actions: int, measures: int) -> Fraction:
    """Return what one of `measures` measures of one of `actions` actions is worth, in points of 100."""
    return Fraction(100, actions * measures)


def attainable(rules: Rules, execution: str, worth: Fraction) -> Fraction:
    """Return the points of a measure so declared, if both aspects were judged "sesuai"."""
    return worth * measure_score(rules, execution=execution, administration="met", substance="met") / 100


def evidence_wanted(
    answer: MeasureAnswer, wanted: Sequence[MeasureEvidence], letter: EvidenceKind | None
) -> list[tuple[EvidenceKind, bool]]:
    """Return the kinds that this answer may carry, each with whether it is required.

    What was not carried out, and nihil, need the letter and nothing else; the rest is then accepted, not required.
    """
    without_result = answer.execution in MeasureAnswer.WITHOUT_RESULT
    kinds = [(row.kind, row.is_required and not without_result) for row in wanted]
    if letter is None or not without_result:
        return kinds
    return [(letter, True), *((kind, required) for kind, required in kinds if kind.code != letter.code)]


def gaps_of(
    answer: MeasureAnswer,
    *,
    wanted: Sequence[MeasureEvidence],
    present: Iterable[str],
    letter: EvidenceKind | None,
    worth: Fraction,
    rules: Rules,
) -> list[Gap]:
    """Return what `answer` lacks, the dearest first.

    `wanted` are the evidence kinds of its measure, `present` the codes of the kinds it has files of, `letter` the
    kind of a surat keterangan, `worth` the points of the measure. The points of all gaps sum to what is lost.
    """
    if not answer.execution:
        return [
            _gap(
                answer,
                _("Isi ukuran %(number)s"),
                "execution",
                _unfilled_detail(wanted),
                attainable(rules, EXECUTION.CARRIED_OUT, worth) - worth * rules.missing_value / WHOLE,
            )
        ]
    missing = _missing_text(answer)
    have = set(present)
    for kind, required in evidence_wanted(answer, wanted, letter):
        if required and kind.code not in have:
            text = _("Unggah %(kind)s") % {"kind": kind.name[:1].lower() + kind.name[1:]}
            missing.append((text, file_field(kind.code), "administration"))
    gaps = []
    if answer.execution == EXECUTION.NIHIL:
        worth = worth * rules.nihil_percent / WHOLE
    for aspect, label, weight in _aspects(rules, answer.execution):
        found = [(text, field) for text, field, of in missing if of == aspect]
        lost = worth * weight * _lost_share(rules, len(found)) / 100
        detail = _("Ukuran %(number)s, aspek %(aspect)s") % {"number": answer.measure.number, "aspect": label}
        gaps += [_gap(answer, text, field, detail, lost / len(found)) for text, field in found]
    return sorted(gaps, key=lambda gap: -gap.points)


def gaps_text(gaps: Iterable[Gap]) -> str:
    """Return what gaps are worth in words: "Tiga dokumen ini bernilai 14,00 poin.", then the same of fields."""
    parts = []
    for word, is_document in ((_("dokumen"), True), (_("isian"), False)):
        points = [gap.points for gap in gaps if gap.is_document == is_document]
        if points:
            count = COUNT_WORDS[len(points)] if len(points) < len(COUNT_WORDS) else formats.thousands(len(points))
            values = {"count": count, "what": word, "points": formats.decimal_text(sum(points), 2)}
            parts.append(_("%(count)s %(what)s ini bernilai %(points)s poin") % values)
    text = _(", dan ").join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _gap(answer: MeasureAnswer, text: str, field: str, detail: str, points: Fraction) -> Gap:
    # Radio buttons have no single input to jump to: their group is the target.
    group = "div_" if field == "execution" else ""
    anchor = f"{group}id_{form_prefix(answer.pk)}-{field}"
    return Gap(text % {"number": answer.measure.number}, detail, field, anchor, points)


def _unfilled_detail(wanted: Sequence[MeasureEvidence]) -> str:
    """That nothing is filled in, and which documents will be asked for and accepted."""
    names = [_("%(kind)s (wajib)") if row.is_required else "%(kind)s" for row in wanted]
    kinds = [name % {"kind": row.kind.name.lower()} for name, row in zip(names, wanted, strict=True)]
    return _("Belum diisi. Data dukung: %(kinds)s") % {"kinds": ", ".join(kinds)} if kinds else _("Belum diisi")


def _missing_text(answer: MeasureAnswer) -> list[tuple[str, str, str]]:
    """The empty fields, as (what to do, field, aspect that suffers)."""
    if answer.execution in MeasureAnswer.WITHOUT_RESULT:
        # Substance of what was not carried out is fixed by the rule set, so its reason can only cost administration.
        aspect = "substance" if answer.execution == EXECUTION.NIHIL else "administration"
        fields = [
            (_("Tulis alasan"), "reason", aspect, answer.reason.strip()),
            (_("Tulis nomor surat keterangan"), "letter_number", "administration", answer.letter_number.strip()),
        ]
    else:
        fields = [(_("Tulis apa yang dilakukan"), "description", "substance", answer.description.strip())]
        if answer.measure.needs_number:
            number = "" if answer.number is None else str(answer.number)
            fields.append((_("Isi angka capaian"), "number", "substance", number))
    return [(text, field, aspect) for text, field, aspect, value in fields if not value]


def _aspects(rules: Rules, execution: str) -> list[tuple[str, str, Fraction]]:
    substance = Fraction(0) if execution == EXECUTION.NOT_CARRIED_OUT else Fraction(rules.substance_weight, 100)
    return [
        ("administration", _("administrasi"), Fraction(rules.administration_weight, 100)),
        ("substance", _("substansi"), substance),
    ]


def _lost_share(rules: Rules, count: int) -> int:
    """Points of 100 that an aspect loses with `count` gaps: one costs a step, several at most the whole."""
    return min(count * (rules.value_met - rules.value_partly_met), rules.value_met - rules.value_not_met)
