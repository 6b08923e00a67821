"""Asking for a file that is made in the background."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.policies.errors import NotAllowed
from reporting.jobs.prepared import path_of
from reporting.jobs.prepared_kinds import KINDS
from reporting.jobs.prepared_work import CannotPrepare, Parameters
from reporting.models import PreparedFile
from reporting.models.prepared import canonical_parameters
from reporting.tasks import prepare_files

MOST_UNFINISHED = 5
State = PreparedFile.State


def ask(kind: str, parameters: Parameters, *, by: Actor, now: datetime | None = None) -> PreparedFile:
    """Return the file of that content for the actor's office, waiting to be made unless it is there already.

    Asked twice, even at once, it is the same file; after the data has changed it is another one. Raises NotAllowed.
    """
    now = now or timezone.now()
    if not KINDS[kind].is_open_to(by, parameters):
        raise NotAllowed([_("Berkas ini tidak tersedia untuk peran Anda.")])
    try:
        revision = KINDS[kind].revision(parameters)
    except CannotPrepare as refusal:
        raise NotAllowed([str(refusal)]) from refusal
    identity = {
        "kind": kind,
        "institution": by.institution,
        "parameters": canonical_parameters(parameters),
        "revision": revision,
    }
    with transaction.atomic():
        asked = {"asked_at": now, "asked_by": by.user}
        file, is_new = PreparedFile.objects.get_or_create(**identity, defaults=asked)
        file = PreparedFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        is_again = not is_new and must_be_made_again(file)
        if is_again:
            _start_over(file, asked)
        if is_new or is_again:
            _refuse_too_many(file)
            prepare_files.delay_on_commit()
    return file


def must_be_made_again(file: PreparedFile) -> bool:
    """True when nothing is there to download and nobody works on it: failed, cleaned away, or lost from the disk."""
    return not file.is_unfinished and not (file.is_ready and path_of(file).exists())


def _start_over(file: PreparedFile, asked: dict) -> None:
    file.state, file.error, file.attempts, file.done, file.total = State.WAITING, "", 0, 0, 0
    file.asked_at, file.asked_by = asked["asked_at"], asked["asked_by"]
    file.save()


def _refuse_too_many(file: PreparedFile) -> None:
    waiting = PreparedFile.objects.unfinished().filter(institution=file.institution_id).count()
    if waiting > MOST_UNFINISHED:
        text = _("Kantor Anda sudah menunggu %(count)s berkas. Tunggu sampai salah satunya selesai, lalu minta lagi.")
        raise NotAllowed([text % {"count": waiting - 1}])
