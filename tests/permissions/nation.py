"""The small nation of `tests/scenario.py` with one of everything that an address can name, and its reports at a stage.

Three people more than the scenario has: `kemenko` reads the Kementerian Sosial, `no_office` signs in without any
membership, `stranger` does not sign in. Objects carry short names, such as "53.07/1" for aksi 1 of Kabupaten Sikka.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actions.models import (
    Aksi,
    CatalogueUpload,
    Institution,
    Invitation,
    Level,
    Membership,
    Oversight,
    ReportingPeriod,
    Unit,
)
from actions.services import people
from actions.services.catalogue_export import example_catalogue
from actions.services.rules import copy_rule_set
from notifications.models import Message
from notifications.services import tell
from reporting.models import (
    Evidence,
    MeasureAnswer,
    Objection,
    ObjectionFile,
    Publication,
    Report,
    ReportItem,
    SavedReply,
)
from reporting.scoring import COUNTS
from reporting.services import objecting, reading
from reporting.services.reason_codes import load_reason_codes
from tests import files, steps
from tests.conftest import OUR_TABLES
from tests.permissions.prepared_files import SCOPES, prepare
from tests.permissions.published import CODES, add_details
from tests.scenario import PEOPLE, Scenario

Role = Membership.Role

COORDINATORS = {
    "53.07": "coordinator",
    "53.08": "other_coordinator",
    "53": "province_coordinator",
    "52.01": "neighbour_coordinator",
    "SOS": "ministry_coordinator",
    "HAM": "ham_coordinator",
}
REVIEWERS = {
    "53.07": "kanwil",
    "53.08": "kanwil",
    "53": "kanwil",
    "52.01": "neighbour_kanwil",
    "SOS": "verifier",
    "HAM": "panitia_verifier",
}
ITEMS = ["53.07/1", "53.07/2", "53.08/1", "53/1", "52.01/1", "52.01/2", "SOS/1", "HAM/1"]
INVITED = {
    "staf opd 53.07": ("53.07", Role.OPD_STAFF),
    "koordinator 53.07": ("53.07", Role.COORDINATOR),
    "koordinator 53.08": ("53.08", Role.COORDINATOR),
    "pembina 53": ("53", Role.PEMBINA),
    "koordinator 52.01": ("52.01", Role.COORDINATOR),
    "koordinator SOS": ("SOS", Role.COORDINATOR),
    "petugas KW53": ("KW53", Role.KANWIL_OFFICER),
}
TOLD = ["opd", "coordinator", "kanwil", "neighbour_coordinator", "no_office"]
OFFICE_HOLDERS = {"53.07": "coordinator", "53.07 Dinas Koperasi": "opd", "KW53": "kanwil", "HAM": "verifier"}
REPLYING = ["KW53", "KW52", "HAM", "SOS"]
STAGES = ("draft", "ready", "certifiable", "certified", "sent", "claimed", "judged", "verified", "to return", "lapsed")
STAGES += ("objecting", "objected", "drawn", "read")


class Browser(RequestFactory):
    """A test client without what makes one slow: it keeps no templates and sets up the middleware once for all."""

    def __init__(self):
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request) -> HttpResponse:
        return self.handler(self._base_environ(**request))


class Nation(Scenario):
    """Built once for a module; every request and every stage is undone again."""

    def __init__(self):
        super().__init__()
        self._more_people()
        self._more_objects()
        for code, name in COORDINATORS.items():
            steps.fill_report(self.reports[code], self.actor(name))
        self.cookies = {name: self._session_of(name) for name in self.people if name != "stranger"}
        self.browser = Browser()
        self.stage, self._before_stage = "draft", None

    @property
    def people(self) -> list[str]:
        return [*PEOPLE, "kemenko", "no_office", "stranger"]

    def _more_people(self) -> None:
        kemenko = Institution.objects.create(
            code="KMK", name="Kementerian Koordinator", short_name="Kemenko", kind=Institution.Kind.KEMENTERIAN
        )
        Oversight.objects.create(overseer=kemenko, overseen=self.ministry_social, kind=Oversight.Kind.READ)
        for name in ("kemenko", "no_office"):
            self.users[name] = User.objects.create_user(f"{name}@contoh.example", "x", name=name.title())
        Membership.objects.create(
            user=self.users["kemenko"], institution=kemenko, role=Role.LEADER, starts_on=date(2020, 1, 1)
        )

    def _session_of(self, name: str) -> str:
        client = self.client(name) if name in PEOPLE else Client()
        if name not in PEOPLE:
            client.force_login(self.users[name])
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    # What addresses name

    def _more_objects(self) -> None:
        load_reason_codes()
        secretariat = self.actor("secretariat")
        for code in COORDINATORS:
            Unit.objects.create(institution=Institution.objects.get(code=code), name="Bagian Cadangan")
        for label, (code, role) in INVITED.items():
            institution = Institution.objects.get(code=code)
            unit = self.unit if role == Role.OPD_STAFF else None
            email = f"{label.replace(' ', '.')}@undangan.example"
            people.invite(institution, role, by=secretariat, email=email, name=label, unit=unit)
        for name in TOLD:
            tell(self.users[name], key=f"uji {name}", kind="uji", title="Pesan uji", path="/bantuan/")
        for code in REPLYING:
            SavedReply.objects.create(office=Institution.objects.get(code=code), text=f"Balasan {code}")
        CatalogueUpload.objects.create(
            name="katalog.csv", content=example_catalogue(self.plan_year).encode(), uploaded_at=timezone.now(),
            uploaded_by=secretariat.user,
        )  # fmt: skip
        copy_rule_set(self.rule_set, code="rancangan", name="Rancangan", by=secretariat)
        self._publish(secretariat.user)
        self.prepared = {
            label: prepare(label, self.actor(name), self.period.key) for label, (name, _scope) in SCOPES.items()
        }
        pattern = {"covers_from": "01-01", "covers_until": "12-31", "opens": "12-01", "closes": "12-10"}
        self.calendar.periods.create(
            number=1, code="B12", name="Satu tahun", review_days=14, correction_days=7, objection_days=7, **pattern
        )
        later = self.add_period(4, "B12", "Triwulan IV", self.now + timedelta(days=90))
        self.add_measure(self.aksi[0], later, 1)
        Aksi.objects.create(
            plan_year=self.plan_year, level=Level.PROVINCE, number=9, title="Belum ditugaskan", success_criterion="-"
        )

    def _publish(self, user: User) -> None:
        """A published revision of the period, small but of the shape of a real one."""
        blank = {"group": "", "province": "", "state": "missing", "all": "0/1", "reported": "", "band": ""}
        blank |= {"counts": dict.fromkeys(COUNTS, 1), "provisional": False}
        numbers = {name: getattr(self.rule_set, name) for name in self.rule_set.SETTINGS}
        places = [("nation", "", "", ""), ("level", "kl", "", "kl"), ("province", "53", "Nusa Tenggara Timur", "")]
        content = {
            "format": 1, "span": self.period.key, "year": self.plan_year.year, "name": str(self.period), "groups": [],
            "rules": {"code": "uji", "name": "Aturan uji", "sources": {}, **numbers},
            "figures": [
                blank | {"scope": scope, "code": code, "name": name, "level": level}
                for scope, code, name, level in places
            ],
        }  # fmt: skip
        publication = Publication.objects.create(
            span_key=self.period.key, plan_year=self.plan_year, period=self.period, revision=1, figures=len(places),
            content=json.dumps(content), content_hash="0" * 64, published_at=timezone.now(), published_by=user,
        )  # fmt: skip
        add_details(publication)

    def objects(self, kind: str) -> dict[str, tuple]:
        """The objects of one kind by name, each as the arguments of an address."""
        return getattr(self, f"_{kind}_objects")()

    def _none_objects(self):
        return {"": ()}

    def _report_objects(self):
        return {code: (self.reports[code].pk,) for code in COORDINATORS}

    def _item_objects(self):
        return {label: (self._item(label).pk,) for label in ITEMS}

    def _answer_objects(self):
        return {label: (self.answer(label).pk,) for label in ITEMS}

    def _upload_objects(self):
        return {label: (self.answer(label).pk, "foto") for label in ITEMS}

    def _evidence_objects(self):
        return {label: (Evidence.objects.get(answer=self.answer(label)).pk,) for label in ITEMS}

    def _measure_objects(self):
        return {code: (self.reports[code].pk, self.answer(f"{code}/1").pk) for code in COORDINATORS}

    def _explained_objects(self):
        return {label: (self.answer(label).pk,) for label in ITEMS}

    def _objection_objects(self):
        return {code: (Objection.objects.get(answer=self.answer(f"{code}/1")).pk,) for code in COORDINATORS}

    def _objection_file_objects(self):
        found = {code: self.answer(f"{code}/1") for code in COORDINATORS}
        return {code: (ObjectionFile.objects.get(objection__answer=row).pk,) for code, row in found.items()}

    def _sampled_objects(self):
        return {code: (self.answer(f"{code}/1").sampled.pk,) for code in COORDINATORS}

    def _receipt_objects(self):
        return {code: (self.reports[code].submissions.get().pk,) for code in COORDINATORS}

    def _invitation_objects(self):
        return {row.user.name: (row.pk,) for row in Invitation.objects.select_related("user")}

    def _membership_objects(self):
        names = ["opd", "coordinator", "signatory", "other_coordinator", "pembina", "kanwil_colleague"]
        names += ["neighbour_coordinator", "ministry_coordinator", "verifier", "secretariat"]
        return {name: (Membership.objects.get(user=self.users[name]).pk,) for name in names}

    def _message_objects(self):
        return {name: (Message.objects.get(key=f"uji {name}").pk,) for name in TOLD}

    def _reply_objects(self):
        return {code: (SavedReply.objects.get(office__code=code).pk,) for code in REPLYING}

    def _institution_objects(self):
        codes = [*COORDINATORS, "52", "KW53", "KW52", "KSP"]
        return {code: (Institution.objects.get(code=code).pk,) for code in codes}

    def _government_objects(self):
        return {code: (code,) for code in [*COORDINATORS, "52", "KSP"]}

    def _government_period_objects(self):
        return {code: (code, self.period.key) for code in [*COORDINATORS, "52", "KSP"]}

    def _province_objects(self):
        return {code: (code,) for code in ["53", "52"]}

    def _province_period_objects(self):
        return {code: (code, self.period.key) for code in ["53", "52"]}

    def _province_aksi_objects(self):
        return {code: (code, self.period.key, 1) for code in ["53", "52"]}

    def _province_aksi_table_objects(self):
        return {code: (*args, "csv") for code, args in self._province_aksi_objects().items()}

    def _unit_objects(self):
        rows = Unit.objects.filter(name="Bagian Cadangan").select_related("institution")
        return {row.institution.code: (row.pk,) for row in rows}

    def _period_objects(self):
        return {"": (self.period.key,)}

    def _rule_set_objects(self):
        return {"used": (self.rule_set.pk,), "draft": (self.rule_set.successors.get().pk,)}

    def _publication_objects(self):
        return {"": (self.period.key, 1)}

    def _letter_objects(self):
        return {code: (self.period.key, 1, code) for code in CODES}

    def _publication_part_objects(self):
        return {code: (self.period.key, 1, code) for code in ("53", "kl")}

    def _level_period_objects(self):
        return {"": ("kab_kota", self.period.key)}

    def _group_period_objects(self):
        return {"": ("anak", self.period.key)}

    def _prepared_objects(self):
        return {label: (file.pk,) for label, file in self.prepared.items()}

    def _period_table_objects(self):
        return {"": (self.period.key, "xlsx")}

    def _table_objects(self):
        return {"": ("csv",)}

    def _rule_set_table_objects(self):
        return {label: (*args, "csv") for label, args in self._rule_set_objects().items()}

    def _province_table_objects(self):
        return {label: (*args, "xlsx") for label, args in self._province_objects().items()}

    def _province_period_table_objects(self):
        return {label: (*args, "csv") for label, args in self._province_period_objects().items()}

    def _level_table_objects(self):
        return {"": ("kab_kota", self.period.key, "xlsx")}

    def _group_table_objects(self):
        return {"": ("anak", self.period.key, "csv")}

    def _unopened_objects(self):
        return {"": (f"{self.period.plan_year.year}-B12",)}

    def _plan_year_objects(self):
        return {"": (self.plan_year.year,)}

    def _plan_level_objects(self):
        return {"": (self.plan_year.year, "provinsi")}

    def _plan_aksi_objects(self):
        return {"": (self.plan_year.year, self.aksi[0].pk)}

    def _plan_period_objects(self):
        return {"": (self.plan_year.year, self.period.code)}

    def _catalogue_objects(self):
        return {"": (CatalogueUpload.objects.get().pk,)}

    def _token_objects(self):
        """The link in an invitation: whoever has it gets its page, and only the invited person may accept."""
        path = Message.objects.get(user__name="koordinator 53.07").path
        return {"": (path.rstrip("/").rpartition("/")[2],)}

    def _reset_objects(self):
        return {"": ("1a", "abc-def")}

    def _office_objects(self):
        return dict.fromkeys(OFFICE_HOLDERS, ())

    def _inviting_objects(self):
        return dict.fromkeys([*COORDINATORS, "KW53"], ())

    def _item(self, label: str) -> ReportItem:
        code, number = label.split("/")
        return ReportItem.objects.get(report=self.reports[code], aksi__number=int(number))

    def answer(self, label: str) -> MeasureAnswer:
        return MeasureAnswer.objects.get(item=self._item(label), measure__number=1)

    # Stages

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """Everything inside happens with the reports at `stage`, and is undone."""
        self.bring_to(stage)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def bring_to(self, stage: str) -> None:
        """Keep the reports at `stage` until another is asked for: tests come sorted by it (`conftest.py`)."""
        if stage == self.stage:
            return
        if self._before_stage:
            transaction.savepoint_rollback(self._before_stage)
        self._before_stage = transaction.savepoint()
        getattr(self, f"_{stage.replace(' ', '_')}")()
        self.stage = stage

    def _draft(self) -> None:
        pass

    def _ready(self) -> None:
        for code, name in COORDINATORS.items():
            steps.mark_all_ready(self._fresh(code), self.actor(name))

    def _certifiable(self) -> None:
        ReportingPeriod.objects.filter(pk=self.period.pk).update(needs_signatory=True)

    def _certified(self) -> None:
        self._certifiable()
        steps.certify_report(self._fresh("53.07"), self.actor("signatory"))

    def _sent(self) -> None:
        self._ready()
        for code, name in COORDINATORS.items():
            steps.send_report(self._fresh(code), self.actor(name))

    def _claimed(self) -> None:
        self._sent()
        for code, name in REVIEWERS.items():
            steps.claim_report(self._fresh(code), self.actor(name))

    def _judged(self) -> None:
        self._claimed()
        for code, name in REVIEWERS.items():
            steps.judge_all(self._fresh(code), self.actor(name))

    def _verified(self) -> None:
        self._judged()
        for code, name in REVIEWERS.items():
            steps.verify_report(self._fresh(code), self.actor(name))

    def _drawn(self) -> None:
        self._verified()
        steps.let_pass(self.period, days=20)
        self.sample = reading.draw(self.period, by=self.actor("verifier"), share=100, least=1, seed="uji")

    def _read(self) -> None:
        self._drawn()
        reading.close(self.sample, by=self.actor("verifier"), note="Cukup.")

    def _objecting(self) -> None:
        self._claimed()
        for code, name in REVIEWERS.items():
            steps.judge_all(self._fresh(code), self.actor(name), substance="partly")
            steps.verify_report(self._fresh(code), self.actor(name))
        steps.let_pass(self.period, days=28)
        for code, name in COORDINATORS.items():
            objecting.save_draft(
                self.answer(f"{code}/1"), by=self.actor(name), administration="met", substance="met",
                reason="Ada di halaman 2.", upload=files.upload(files.pdf(1, mark=f"sanggah {code}"), "bukti.pdf"),
            )  # fmt: skip

    def _objected(self) -> None:
        self._objecting()
        for code, name in COORDINATORS.items():
            objecting.file_objections(self._fresh(code), by=self.actor(name))

    def _to_return(self) -> None:
        self._claimed()
        for code, name in REVIEWERS.items():
            steps.judge_all(self._fresh(code), self.actor(name), returned=[1])

    def _lapsed(self) -> None:
        self._to_return()
        for code, name in REVIEWERS.items():
            steps.return_report(self._fresh(code), self.actor(name))
        steps.let_pass(self.period, days=60)

    def _fresh(self, code: str) -> Report:
        rows = Report.objects.select_related("institution", "period__plan_year")
        return rows.get(pk=self.reports[code].pk)

    # Requests

    def address_of(self, row, label: str, args: tuple) -> str:
        query = f"?instansi={label}" if row.of == "inviting" else ""
        return reverse(row.name, args=args) + query

    def ask(self, person: str, method: str, address: str, data: dict | None = None) -> tuple[str, bool]:
        """The answer to a request in one word (`_word_for`), and whether it wrote to our tables; it is undone."""
        with self.watching() as written:
            response = self.page(person, method, address, data)
        return _word_for(response), bool(written)

    @contextmanager
    def watching(self) -> Iterator[list[str]]:
        """The statements inside that write to our tables."""
        written = []

        def note_writes(execute, sql, params, many, context):
            if OUR_TABLES.match(sql):
                written.append(f"{sql} {params}")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note_writes):
            yield written

    def page(self, person: str, method: str, address: str, data: dict | None = None, **headers) -> HttpResponse:
        """The answer to a request, whose effects are undone."""
        cache.clear()  # rate limits
        self.browser.cookies.clear()
        if person in self.cookies:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[person]
        with transaction.atomic():
            response = getattr(self.browser, method)(address, data, **headers)
            if response.streaming:
                list(response.streaming_content)  # read to its end, which closes the file behind it
            transaction.set_rollback(True)
        return response


def _word_for(response: HttpResponse) -> str:
    """A status code as text; "login" for a redirect to the sign-in page."""
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login") + "?next="):
        return "login"
    return str(response.status_code)
