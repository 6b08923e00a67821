"""Statuses of a report and of its items, the moves between them, and who may make each: data only.

The diagrams in `docs/report-states.md` are drawn from these tables (`manage.py draw_report_states`).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """Who makes a move. OPD: staff of an assigned unit. A coordinator may do whatever its OPD may."""

    OPD = "opd", _("Staf OPD")
    COORDINATOR = "coordinator", _("Koordinator")
    SIGNATORY = "signatory", _("Pejabat penanda tangan")
    REVIEWER = "reviewer", _("Penelaah")


class ReportStatus(models.TextChoices):
    DRAFT = "draft", _("Draf")
    CERTIFIED = "certified", _("Disahkan")
    SUBMITTED = "submitted", _("Dikirim")
    IN_REVIEW = "in_review", _("Ditelaah")
    RETURNED = "returned", _("Dikembalikan")
    VERIFIED = "verified", _("Terverifikasi")


class ItemStatus(models.TextChoices):
    FILLING = "filling", _("Sedang diisi")
    READY = "ready", _("Siap dikirim")
    SENT = "sent", _("Terkirim")
    ACCEPTED = "accepted", _("Diterima")
    RETURNED = "returned", _("Dikembalikan")


_R, _I, _P = ReportStatus, ItemStatus, Party

REPORT_MOVES: dict[tuple[str, str], frozenset[str]] = {
    (_R.DRAFT, _R.CERTIFIED): frozenset({_P.SIGNATORY}),
    (_R.DRAFT, _R.SUBMITTED): frozenset({_P.COORDINATOR}),
    (_R.CERTIFIED, _R.SUBMITTED): frozenset({_P.COORDINATOR}),
    (_R.CERTIFIED, _R.DRAFT): frozenset({_P.COORDINATOR, _P.SIGNATORY}),  # certification withdrawn, first round
    (_R.CERTIFIED, _R.RETURNED): frozenset({_P.COORDINATOR, _P.SIGNATORY}),  # the same while correcting
    (_R.SUBMITTED, _R.DRAFT): frozenset({_P.COORDINATOR}),  # recalled before a reviewer claimed it
    (_R.SUBMITTED, _R.RETURNED): frozenset({_P.COORDINATOR}),  # a correction recalled
    (_R.SUBMITTED, _R.IN_REVIEW): frozenset({_P.REVIEWER}),
    (_R.IN_REVIEW, _R.RETURNED): frozenset({_P.REVIEWER}),
    (_R.IN_REVIEW, _R.VERIFIED): frozenset({_P.REVIEWER}),
    (_R.RETURNED, _R.CERTIFIED): frozenset({_P.SIGNATORY}),
    (_R.RETURNED, _R.SUBMITTED): frozenset({_P.COORDINATOR}),
    (_R.RETURNED, _R.IN_REVIEW): frozenset({_P.REVIEWER}),  # correction has closed: judged as last sent
    (_R.CERTIFIED, _R.IN_REVIEW): frozenset({_P.REVIEWER}),  # the same, certified again but never sent
}
"""Allowed moves of a report -> who makes them. A pair that is not here never happens."""

ITEM_MOVES: dict[tuple[str, str], frozenset[str]] = {
    (_I.FILLING, _I.READY): frozenset({_P.OPD, _P.COORDINATOR}),
    (_I.READY, _I.FILLING): frozenset({_P.OPD, _P.COORDINATOR}),  # taken back, or returned to OPD
    (_I.RETURNED, _I.READY): frozenset({_P.OPD, _P.COORDINATOR}),
    (_I.READY, _I.RETURNED): frozenset({_P.OPD, _P.COORDINATOR}),  # the same, while correcting
    (_I.READY, _I.SENT): frozenset({_P.COORDINATOR, _P.REVIEWER}),  # reviewer: correction has closed
    (_I.FILLING, _I.SENT): frozenset({_P.COORDINATOR}),  # sent incomplete, knowingly
    (_I.RETURNED, _I.SENT): frozenset({_P.COORDINATOR, _P.REVIEWER}),  # sent unchanged, or closed
    (_I.SENT, _I.READY): frozenset({_P.COORDINATOR}),  # recalled
    (_I.SENT, _I.FILLING): frozenset({_P.COORDINATOR}),  # recalled, was incomplete
    (_I.SENT, _I.RETURNED): frozenset({_P.REVIEWER, _P.COORDINATOR}),  # reviewed; or a correction recalled
    (_I.SENT, _I.ACCEPTED): frozenset({_P.REVIEWER}),
    (_I.ACCEPTED, _I.RETURNED): frozenset({_P.REVIEWER}),  # judged again before the report is decided
    (_I.RETURNED, _I.ACCEPTED): frozenset({_P.REVIEWER}),  # judged again before the report is decided
}
"""Allowed moves of an item -> who makes them."""

REPORT_PEN: dict[str, Party | None] = {
    _R.DRAFT: _P.COORDINATOR,
    _R.CERTIFIED: _P.COORDINATOR,
    _R.SUBMITTED: _P.REVIEWER,
    _R.IN_REVIEW: _P.REVIEWER,
    _R.RETURNED: _P.COORDINATOR,
    _R.VERIFIED: None,
}
"""Who holds the pen: whose turn it is while a report has this status; None when it is finished."""

ITEM_PEN: dict[str, Party | None] = {
    _I.FILLING: _P.OPD,
    _I.READY: _P.COORDINATOR,
    _I.SENT: _P.REVIEWER,
    _I.ACCEPTED: None,
    _I.RETURNED: _P.OPD,
}

REPORT_WITH_REPORTER = frozenset({_R.DRAFT, _R.RETURNED})
"""Statuses in which answers may be edited (CERTIFIED must be withdrawn first)."""

REPORT_SENT = frozenset({_R.SUBMITTED, _R.IN_REVIEW, _R.RETURNED, _R.VERIFIED})
"""Statuses that a report only reaches by having been sent, so it counts as reported.

A CERTIFIED report may be of either kind: `Report.round` tells (0 = never sent).
"""

ITEM_EDITABLE = frozenset({_I.FILLING, _I.RETURNED})
"""Statuses in which OPD staff may edit; a coordinator may also edit a READY item."""


def may_move_report(origin: str, target: str, party: str) -> bool:
    return party in REPORT_MOVES.get((origin, target), frozenset())


def may_move_item(origin: str, target: str, party: str) -> bool:
    return party in ITEM_MOVES.get((origin, target), frozenset())
