"""Who has promised what: institutions, plans and rules."""

from actions.models.institutions import (
    COORDINATING_ROLES,
    Institution,
    InstitutionAlias,
    Invitation,
    Level,
    Membership,
    Oversight,
    Unit,
    in_force_q,
)
from actions.models.plans import (
    Aksi,
    Assignment,
    AssignmentUnit,
    Calendar,
    CalendarPeriod,
    EvidenceKind,
    Measure,
    MeasureEvidence,
    PeriodEvent,
    Plan,
    PlanYear,
    ReportingPeriod,
    TargetGroup,
    day_of_duty,
)
from actions.models.rules import RuleSet
from actions.models.uploads import CatalogueUpload

__all__ = [
    "COORDINATING_ROLES",
    "Aksi",
    "Assignment",
    "AssignmentUnit",
    "Calendar",
    "CalendarPeriod",
    "CatalogueUpload",
    "EvidenceKind",
    "Institution",
    "InstitutionAlias",
    "Invitation",
    "Level",
    "Measure",
    "MeasureEvidence",
    "Membership",
    "Oversight",
    "PeriodEvent",
    "Plan",
    "PlanYear",
    "ReportingPeriod",
    "RuleSet",
    "TargetGroup",
    "Unit",
    "day_of_duty",
    "in_force_q",
]
