"""The canonical record of a year: equal bytes from equal judgements, and different ones from a changed judgement."""

import json
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from actions.models import PlanYear
from reporting.jobs.score_check import check_year
from reporting.jobs.scores import compute_stale, stale_periods
from reporting.models import Judgement, Score
from tests.score_nation import NOW, ScoreNation

EXPECTED = "c35835cad09d74cbfbc3c33703808ebc97927ffde6c98c5f293cf12fa683e363"
"""Of the example of docs/scoring.md; another hash means that a score, a state or the format has changed."""


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_example_has_one_hash_on_every_database_and_in_every_order(db, seed):
    nation = ScoreNation(Random(seed) if seed else None)

    assert check_year(nation.plan_year, NOW).record.sha256 == EXPECTED
    compute_stale(NOW)
    assert check_year(nation.plan_year, NOW).record.sha256 == EXPECTED


def test_every_line_names_its_place_once_in_order(db):
    lines = check_year(ScoreNation().plan_year, NOW).record.lines
    places = [json.loads(line)["place"] for line in lines]

    assert len(set(places)) == len(places) > 90
    assert list(lines) == sorted(lines)
    assert "2026/B04/item/53.08/1" in places


def test_a_changed_judgement_changes_the_hash(db):
    nation = ScoreNation()
    judged = Judgement.objects.filter(answer__item__report=nation.reports["B04", "53.07"]).order_by("pk").first()

    Judgement.objects.filter(pk=judged.pk).update(substance=Judgement.Value.NOT_MET)

    assert check_year(nation.plan_year, NOW).record.sha256 != EXPECTED


def test_the_command_writes_the_file_and_prints_its_hash(db, tmp_path):
    nation = ScoreNation()
    compute_stale()
    out, path = StringIO(), tmp_path / "2026.jsonl"

    call_command("compute_scores", "--year", "2026", "--check", "--out", str(path), stdout=out)

    record = check_year(nation.plan_year).record
    assert path.read_bytes() == record.text.encode()
    assert f"2026: SHA-256 {record.sha256}\n" in out.getvalue()


def test_a_record_needs_a_check_and_a_place_to_write(db, tmp_path):
    ScoreNation()
    with pytest.raises(CommandError, match="--out hanya dipakai bersama --check"):
        call_command("compute_scores", "--year", "2026", "--out", str(tmp_path / "x"))
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        call_command("compute_scores", "--year", "2026", "--check", "--out", str(tmp_path), stdout=StringIO())


def test_an_aksi_in_another_target_group_makes_its_year_stale_until_computed(db):
    nation = ScoreNation()
    compute_stale(NOW)
    nation.plan_year.aksi.get(level="kab_kota", number=2).target_groups.set([nation.groups["perempuan"]])
    PlanYear.objects.update(rescorings=F("rescorings") + 1)

    assert stale_periods(NOW) == list(nation.periods.values())
    compute_stale(NOW)

    assert stale_periods(NOW) == []
    ende = Score.objects.get(key="2026/B08/institution/53.08/anak")
    assert ende.all_exact == "100/1"  # the other aksi, 15, counts elsewhere now
