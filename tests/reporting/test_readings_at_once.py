"""Two at the same moment: one sample of a period, one second reading of a measure."""

import pytest

from actions.policies.errors import NotAllowed
from reporting.models import Reading, ReadingSample, SampledMeasure
from reporting.services import reading
from tests.concurrency import at_once
from tests.reading_world import EVERYTHING, ReadingWorld

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


class SmallWorld(ReadingWorld):
    """One verified report is enough to quarrel about."""

    codes = ("53.07",)


def test_of_two_at_once_one_draws_and_one_reads():
    world = SmallWorld()
    drawers = iter([world.actor("verifier"), world.actor("second")])
    readers = iter([world.actor("verifier"), world.actor("second")])

    drawn = at_once(lambda: reading.draw(world.period, by=next(drawers), **EVERYTHING), times=2)
    measure = world.sampled("53.07/1/1")
    words = {"administration": "met", "substance": "met"}
    read = at_once(lambda: reading.read(measure, by=next(readers), **words), times=2)

    assert {type(found) for found in drawn} == {ReadingSample, NotAllowed}
    assert [str(error) for error in drawn if isinstance(error, NotAllowed)] == [
        "Sampel periode ini sudah ditarik. Setiap periode ditarik satu kali."
    ]
    assert SampledMeasure.objects.count() == ReadingSample.objects.get().size
    assert [str(error) for error in read if isinstance(error, NotAllowed)] == ["Ukuran ini sudah selesai dibaca."]
    assert Reading.objects.count() == 1
