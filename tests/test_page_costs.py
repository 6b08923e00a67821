"""List and dashboard pages cost the same number of queries with 3 and with 550 institutions, and at most 12."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from actions.models import Institution, Membership
from reporting.jobs.scores import compute_plan_year
from reporting.models import Report, ReportItem
from reporting.states import ItemStatus, ReportStatus
from tests.scenario import Scenario

MOST = 12


@pytest.fixture
def scenario(db) -> Scenario:
    return Scenario()


PAGES = {
    "leader": [
        "national-results-of",
        "cause-list",
        "compare",
        "national-institutions",
        "province-results-of",
        "institution-list",
    ],
    "secretariat": ["home", "national-results-of", "institution-list", "people-list", "period-list", "search"],
    "kanwil": [
        "home",
        "review-queue",
        "missing-list",
        "cause-list",
        "province-results-of",
        "province-aksi",
        "people-list",
        "search",
    ],
    "pembina": ["home", "area-readiness", "province-results-of"],
    "verifier": ["home", "review-queue", "reading-samples"],
    "coordinator": ["home", "item-list", "people-list", "institution-results-of"],
}
"""The list and dashboard pages of each role."""


def enlarge(scenario: Scenario, numbers: range) -> None:
    """Add a kabupaten for each number to the province, with a coordinator; half of their reports are sent."""
    added = Institution.objects.bulk_create(
        Institution(code=f"53.{n}", name=f"Kabupaten {n}", kind="kabupaten", parent=scenario.province) for n in numbers
    )
    people = User.objects.bulk_create(User(email=f"k{n}@contoh.example", name=f"Koordinator {n}") for n in numbers)
    role = Membership.Role.COORDINATOR
    Membership.objects.bulk_create(
        Membership(user=user, institution=institution, role=role, starts_on=date(2024, 1, 1))
        for user, institution in zip(people, added, strict=True)
    )
    sent = {
        "status": ReportStatus.SUBMITTED,
        "round": 1,
        "submitted_at": scenario.now,
        "submitted_by": scenario.user("coordinator"),
    }
    reports = Report.objects.bulk_create(
        Report(
            institution=institution,
            period=scenario.period,
            level="kab_kota",
            province=scenario.province,
            kanwil=scenario.kanwil,
            created_at=scenario.now,
            **(sent if number % 2 else {}),
        )
        for number, institution in enumerate(added)
    )
    ReportItem.objects.bulk_create(
        ReportItem(report=report, aksi=aksi, status=ItemStatus.SENT if report.round else ItemStatus.FILLING)
        for report in reports
        for aksi in scenario.aksi
    )
    compute_plan_year(scenario.plan_year, scenario.now)


def address(scenario: Scenario, name: str) -> str:
    key = scenario.period.key
    arguments = {
        "national-results-of": [key],
        "national-institutions": [key],
        "province-results-of": ["53", key],
        "province-aksi": ["53", key, 1],
        "institution-results-of": ["53.07", key],
    }
    return reverse(name, args=arguments.get(name, [])) + ("?q=kabupaten" if name == "search" else "")


def costs(scenario: Scenario) -> dict[tuple[str, str], int]:
    found = {}
    for person, names in PAGES.items():
        client = scenario.client(person)
        for name in names:
            client.get(address(scenario, name))  # what a process asks once is not the page's cost
            with CaptureQueriesContext(connection) as asked:
                response = client.get(address(scenario, name))
            assert response.status_code == 200, (person, name)
            found[person, name] = len(asked)
    return found


def test_pages_cost_the_same_with_3_and_with_550_institutions(scenario):
    enlarge(scenario, range(100, 103))
    few = costs(scenario)

    enlarge(scenario, range(103, 650))
    many = costs(scenario)

    assert Institution.objects.filter(parent=scenario.province).count() > 550
    assert many == few
    assert max(few.values()) <= MOST
