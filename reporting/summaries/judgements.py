"""Every judgement of one measure, the oldest first: none is ever overwritten; one query."""

from dataclasses import dataclass, field

from django.db.models import F

from reporting.models import Judgement


@dataclass
class Judged:
    """One judgement with its reasons as "S02 text"."""

    judgement: Judgement
    reasons: list[str] = field(default_factory=list)


def judgements_of(answer_id: int) -> list[Judged]:
    """Return the judgements of an answer in the order in which they were made."""
    rows = Judgement.objects.filter(answer=answer_id).select_related("judged_by", "office")
    rows = rows.annotate(code=F("reasons__code"), text=F("reasons__text")).order_by("pk", "code")
    found: dict[int, Judged] = {}
    for row in rows:  # one row for each reason
        judged = found.setdefault(row.pk, Judged(row))
        if row.code:
            judged.reasons.append(f"{row.code} {row.text}")
    return list(found.values())
