"""Loading what documents are made from: one publication, with what was frozen behind it."""

from django.conf import settings

from reporting.documents.letters import LetterSource
from reporting.models import Publication, PublicationDetail
from reporting.summaries.published import Snapshot


def nation_of(publication: Publication) -> PublicationDetail | None:
    """Return what stands behind the nation's figure; None for a revision from before details were kept. One query."""
    return publication.details.filter(code=PublicationDetail.NATION).first()


def source_of(publication: Publication, nation: PublicationDetail) -> LetterSource:
    """Return what every document of the publication shares; load it with `plan_year` and `period`. No query."""
    return LetterSource(publication, Snapshot(publication.content), nation.data["issuer"], settings.IS_DEMO)
