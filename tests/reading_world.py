"""The small nation with verified reports whose reviews are over, and people enough for three readings."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from actions.actors import Actor, actor_for, office_key
from actions.models import Institution, Membership
from reporting.models import MeasureAnswer, ReadingSample, ReasonCode, SampledMeasure
from reporting.services import reading
from tests import steps
from tests.scenario import Scenario

COORDINATORS = {
    "53.07": "coordinator",
    "53.08": "other_coordinator",
    "52.01": "neighbour_coordinator",
    "HAM": "ham_coordinator",
}
REVIEWERS = {"53.07": "kanwil", "53.08": "kanwil", "52.01": "neighbour_kanwil", "HAM": "panitia_verifier"}
MORE = {"second": "HAM", "third": "HAM", "panitia_second": "SOS"}
"""Verifiers besides those of the scenario, by name, with their ministry."""
EVERYTHING = {"share": 100, "least": 1, "seed": "benih-uji"}


class ReadingWorld(Scenario):
    """Kabupaten Sikka, Ende and Lombok Barat and the ministry of Ditjen HAM, verified; reviews were due yesterday.

    Sikka is judged met, Ende partly in substance, Lombok Barat declared its second measure not carried out.
    """

    codes: tuple[str, ...] = tuple(COORDINATORS)

    def __init__(self):
        super().__init__()
        for name, code in MORE.items():
            institution = Institution.objects.get(code=code)
            self.users[name] = User.objects.create(email=f"{name}@contoh.example", name=name.title())
            role = Membership.Role.CENTRAL_VERIFIER
            Membership.objects.create(
                user=self.users[name], institution=institution, role=role, starts_on=date(2020, 1, 1)
            )
        for code in self.codes:
            self._send(code, self.actor(COORDINATORS[code]))
            words = {"substance": "partly"} if code == "53.08" else {}
            steps.judge_all(self.reports[code], self.actor(REVIEWERS[code]), **words)
            steps.verify_report(self.reports[code], self.actor(REVIEWERS[code]))
        steps.let_pass(self.period, days=20)
        self.period.refresh_from_db()

    def _send(self, code: str, by: Actor) -> None:
        report, gone = self.reports[code], {"execution": "not_carried_out", "reason": "Dana dialihkan."}
        for answer in steps.answers_of(report):
            is_gone = code == "52.01" and (answer.item.aksi.number, answer.measure.number) == (1, 2)
            steps.fill_answer(answer, by, **(gone | {"letter_number": "180/1"} if is_gone else {}))
        steps.mark_all_ready(report, by)
        steps.send_report(report, by)

    def office(self, name: str) -> str:
        if name not in MORE:
            return super().office(name)
        return office_key(Institution.objects.get(code=MORE[name]).pk, None)

    def actor(self, name: str) -> Actor:
        return actor_for(self.users[name], timezone.localdate(self.now), office=self.office(name))

    def draw(self, name: str = "verifier", **changes) -> ReadingSample:
        return reading.draw(self.period, by=self.actor(name), **EVERYTHING | changes)

    def sampled(self, label: str) -> SampledMeasure:
        """The sampled measure named "53.07/1/2": institution, aksi, measure."""
        code, aksi, number = label.split("/")
        answer = MeasureAnswer.objects.get(
            item__report=self.reports[code], item__aksi__number=aksi, measure__number=number
        )
        return SampledMeasure.objects.select_related("judgement").get(answer=answer)

    def read(self, label: str, name: str, administration: str = "met", substance: str = "met", **more):
        words = {"administration": administration, "substance": substance}
        reasons = ReasonCode.objects.filter(code="S02") if set(words.values()) != {"met"} else []
        return reading.read(self.sampled(label), by=self.actor(name), **{**words, "reasons": reasons, **more})
