"""What tests of sending share: the reasons of a refusal, the statuses of items, the smallest step of time."""

from datetime import timedelta

import pytest

from actions.policies.errors import NotAllowed
from reporting.models import Report

MICROSECOND = timedelta(microseconds=1)


def refused(act, *args, **kwargs) -> list[str]:
    """Call a service that must refuse, and return its reasons."""
    with pytest.raises(NotAllowed) as refusal:
        act(*args, **kwargs)
    return refusal.value.reasons


def statuses(report: Report) -> list[str]:
    return list(report.items.order_by("aksi__number").values_list("status", flat=True))
