"""Telling a government and its reviewers that a judgement was corrected, disputed, or decided again."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from actions.models import Level, Membership
from notifications.services import draft, tell_many
from reporting.models import Report
from reporting.services.people import members_at, people_in, verifiers_at


def tell_people(
    people: Iterable[User], *, subject: str, kind: str, title: str, body: str, path: str, now: datetime
) -> None:
    """Tell each person once; `subject` names what happened, such as "corrected:17"."""
    tell_many(
        draft(user, key=f"{subject}:{user.pk}", kind=kind, title=title, body=body, path=path, now=now)
        for user in people
    )


def reviewers_of(report: Report, now: datetime) -> list[User]:
    """Return the people of the office that reviews `report`. See also `parties.is_reviewing_office`."""
    if report.kanwil_id:
        members = members_at(now).filter(institution=report.kanwil_id, role=Membership.Role.KANWIL_OFFICER)
    else:
        is_own = report.level == Level.MINISTRY and report.institution.houses_secretariat
        members = verifiers_at(now, of_panitia=is_own)
    return list(people_in(members))
