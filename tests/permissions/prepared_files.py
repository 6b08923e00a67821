"""Ready exports of some offices, from older data than there is now: asking again makes another one."""

from django.utils import timezone

from actions.actors import Actor
from reporting.jobs.measure_export import MEASURES
from reporting.jobs.prepared import path_of
from reporting.models import PreparedFile
from reporting.models.prepared import canonical_parameters

SCOPES = {
    "53.07": ("coordinator", "sendiri"),
    "53": ("pembina", "provinsi"),
    "KW53": ("kanwil", "kanwil"),
    "HAM": ("verifier", "nasional"),
}
"""Who asked, and for which scope, by the code of the office."""


def prepare(label: str, actor: Actor, key: str) -> PreparedFile:
    """A ready export of the office `label` for the span `key`, on disk too."""
    wanted = {"span": key, "scope": SCOPES[label][1], "office": label, "format": "csv"}
    now = timezone.now()
    file = PreparedFile.objects.create(
        kind=MEASURES, parameters=canonical_parameters(wanted), revision="lama", institution=actor.institution,
        asked_at=now, asked_by=actor.user, state="ready", finished_at=now, filename="ukuran.csv", rows=0, size=3,
        sha256="a" * 64,
    )  # fmt: skip
    path_of(file).parent.mkdir(parents=True, exist_ok=True)
    path_of(file).write_text("isi")
    return file
