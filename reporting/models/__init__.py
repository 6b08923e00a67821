"""What was done about it: reports, evidence, sendings, judgements and scores."""

from reporting.models.evidence import Evidence, StoredFile
from reporting.models.judgements import Judgement, ReasonCode, SavedReply
from reporting.models.objections import Objection, ObjectionFile
from reporting.models.operations import JobRun, ScoreCheck
from reporting.models.prepared import PreparedFile
from reporting.models.publication_details import PublicationDetail
from reporting.models.publications import Publication
from reporting.models.readings import Reading, ReadingSample, SampledMeasure
from reporting.models.reports import MeasureAnswer, Report, ReportItem
from reporting.models.scores import ItemScore, PeriodScoring, Score
from reporting.models.submissions import ReportEvent, Submission

__all__ = [
    "Evidence",
    "ItemScore",
    "JobRun",
    "Judgement",
    "MeasureAnswer",
    "Objection",
    "ObjectionFile",
    "PeriodScoring",
    "PreparedFile",
    "Publication",
    "PublicationDetail",
    "Reading",
    "ReadingSample",
    "ReasonCode",
    "Report",
    "ReportEvent",
    "ReportItem",
    "SampledMeasure",
    "SavedReply",
    "Score",
    "ScoreCheck",
    "StoredFile",
    "Submission",
]
