"""What makes a rule set sound, whether it may still be edited, and for which year it may be adopted."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import PlanYear, RuleSet, RuleSetEvent
from actions.policies.administering import obstacles_to_administering

MOST = 100


def rule_errors(settings: Mapping[str, int | str]) -> dict[str, str]:
    """Return what is wrong with the settings of a rule set (every name of `RuleSet.SETTINGS`), by field.

    The same rules stand in the database as constraints of `RuleSet`. Bands cover 0-100 without gap or overlap by
    construction: merah below `yellow_from`, kuning up to `green_from`, hijau from there. `value_met` is the best that
    a measure, and so anything above it, can get.
    """
    errors = {name: _("Isi angka 0 sampai 100.") for name in RuleSet.NUMBERS if not 0 <= settings[name] <= MOST}
    for name, choices in RuleSet.CHOICES.items():
        if settings[name] not in choices.values:
            errors[name] = _("Pilih salah satu cara yang tersedia.")
    return errors or _errors_between(settings)


def _errors_between(settings: Mapping[str, int | str]) -> dict[str, str]:
    errors = {}
    total = settings["administration_weight"] + settings["substance_weight"]
    if total != MOST:
        errors["substance_weight"] = _("Kedua bobot harus berjumlah 100, sekarang %(total)s.") % {"total": total}
    if not settings["value_met"] >= settings["value_partly_met"] >= settings["value_not_met"]:
        errors["value_partly_met"] = _("Nilai harus menurun: sesuai, sebagian, tidak sesuai.")
    if settings["value_met"] == settings["value_not_met"]:
        errors["value_met"] = _("Nilai sesuai harus di atas nilai tidak sesuai; bila sama, putusan tidak berarti.")
    if settings["yellow_from"] == 0:
        errors["yellow_from"] = _("Kuning harus mulai di atas 0, supaya pita merah tidak kosong.")
    elif settings["yellow_from"] >= settings["green_from"]:
        errors["yellow_from"] = _(
            "Kuning harus mulai di bawah hijau (%(green)s), supaya pita tidak tumpang tindih."
        ) % {"green": settings["green_from"]}
    best = {"best": settings["value_met"]}
    if settings["green_from"] > settings["value_met"]:
        errors["green_from"] = (
            _("Paling tinggi %(best)s, nilai laporan yang semuanya sesuai; di atasnya, hijau tidak tercapai.") % best
        )
    if settings["not_carried_out_substance"] > settings["value_met"]:
        errors["not_carried_out_substance"] = (
            _("Paling tinggi %(best)s, nilai sesuai; di atasnya, tidak melaksanakan lebih untung.") % best
        )
    if (most := _least_judged(settings)) < settings["missing_value"]:
        errors["missing_value"] = _(
            "Paling tinggi %(most)s, nilai terendah ukuran yang dinilai; di atasnya, mengosongkan lebih untung."
        ) % {"most": max(most, 0)}
    return errors


def _least_judged(settings: Mapping[str, int | str]) -> int:
    """The least that a judged measure can get under these settings, rounded down; see also the database constraint."""
    worst = settings["value_not_met"]
    not_carried_out = settings["administration_weight"] * worst
    not_carried_out += settings["substance_weight"] * settings["not_carried_out_substance"]
    return min(worst * settings["nihil_percent"], not_carried_out) // MOST


def is_used(rule_set: RuleSet) -> bool:
    """True once a plan year names the rule set or did so: from then on it is succeeded, never edited. Two queries."""
    if PlanYear.objects.filter(rule_set=rule_set).exists():
        return True
    adopted = RuleSetEvent.objects.filter(kind=RuleSetEvent.Kind.ADOPTED)
    return (adopted.filter(rule_set=rule_set) | adopted.filter(replaced=rule_set)).exists()


def obstacles_to_editing_rules(rule_set: RuleSet, actor: Actor | None) -> list[str]:
    """Return why `actor` may not edit the numbers of `rule_set`."""
    if reasons := obstacles_to_administering(actor):
        return reasons
    if is_used(rule_set):
        return [_("Aturan ini sudah dipakai dan tidak diubah lagi. Salin menjadi rancangan, lalu ubah salinannya.")]
    if rule_set.copied_from_id is None:
        return [_("Aturan bawaan tidak diubah. Salin menjadi rancangan, lalu ubah salinannya.")]
    return []


def obstacles_to_adopting(rule_set: RuleSet, plan_year: PlanYear, actor: Actor | None, *, reason: str) -> list[str]:
    """Return why `rule_set` cannot become the rules of `plan_year`."""
    reasons = obstacles_to_administering(actor)
    if plan_year.rule_set_id == rule_set.pk:
        reasons.append(_("Tahun %(year)s sudah memakai aturan ini.") % {"year": plan_year})
    if not reason.strip():
        reasons.append(_("Tulis alasan penetapan, misalnya nomor keputusan."))
    return reasons
