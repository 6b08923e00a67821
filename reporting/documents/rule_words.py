"""The rule set of a publication in words, from what was frozen: a paragraph for letters, rows for the report.

A publication from before a setting existed has no value for it; it was then as the portal shipped.
"""

from collections.abc import Mapping

from actions.models import RuleSet
from reporting.scoring import LEVEL_OF_PROVINCES, NATION_OF_INSTITUTIONS, WHOLE, YEAR_OF_REPORTED


def rules_sentence(rules: Mapping) -> str:
    """Return the rule set with its numbers in one paragraph."""
    return (
        f"Dihitung menurut {rules['name']} (kode {rules['code']}). Nilai ukuran = {rules['administration_weight']}% "
        f"administrasi + {rules['substance_weight']}% substansi; sesuai {rules['value_met']}, sebagian "
        f"{rules['value_partly_met']}, tidak sesuai {rules['value_not_met']}, tidak diisi "
        f"{rules.get('missing_value', 0)}.{_shares(rules)} Nilai aksi adalah rata-rata ukurannya dan nilai laporan "
        f"rata-rata aksinya. {_means(rules)} Hijau mulai {rules['green_from']}, kuning mulai {rules['yellow_from']}. "
        "Nilai dihitung eksak dan baru dibulatkan setengah ke atas saat ditampilkan."
    )


def _shares(rules: Mapping) -> str:
    """What nihil and late reports keep, where that is not everything."""
    nihil, late = rules.get("nihil_percent", WHOLE), rules.get("late_percent", WHOLE)
    words = f" Nihil memperoleh {nihil}% dari nilai suratnya." if nihil < WHOLE else ""
    return f"{words} Laporan terlambat memperoleh {late}% dari nilainya." if late < WHOLE else words


def _means(rules: Mapping) -> str:
    year = "semua periode yang ditutup, selain yang menunggu penilaian"
    if rules.get("year_mean") == YEAR_OF_REPORTED:
        year = "periode yang dilaporkan"
    wide = wide_means_sentence(rules)
    return f"Nilai tahun adalah rata-rata {year}. {wide}"


def wide_means_sentence(rules: Mapping) -> str:
    """Return what a level and the nation are the mean of, in one sentence."""
    level = "instansinya"
    if rules.get("level_mean") == LEVEL_OF_PROVINCES:
        level = "provinsinya (kementerian dan lembaga: rata-rata instansinya)"
    nation = "jenjang yang punya nilai, tanpa bobot"
    if rules.get("nation_mean") == NATION_OF_INSTITUTIONS:
        nation = "jenjang yang punya nilai, menurut banyaknya instansi"
    return f"Nilai jenjang adalah rata-rata {level}, nilai nasional rata-rata {nation}."


def rule_rows(rules: Mapping) -> list[tuple[str, int | str, str]]:
    """Return every setting that was frozen: its name, its value (a number or words), and its source."""
    rows = []
    for name in RuleSet.SETTINGS:
        if name in rules:
            label = str(RuleSet._meta.get_field(name).verbose_name)
            choices = RuleSet.CHOICES.get(name)
            value = str(choices(rules[name]).label) if choices else rules[name]
            rows.append((label[0].upper() + label[1:], value, str(rules["sources"].get(name, ""))))
    return rows
