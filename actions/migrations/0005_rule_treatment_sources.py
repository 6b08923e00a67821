"""Say where the treatments come from that every rule set followed before they became its data."""

from django.db import migrations

SOURCES = {
    "missing_value": "Asumsi portal: sumber tidak mengatur ukuran yang tidak diisi",
    "nihil_percent": "Asumsi portal: surat keterangannya dinilai dengan nilai biasa",
    "late_percent": "Asumsi portal: terlambat ditandai dan tidak mengurangi nilai",
    "year_mean": "Rata-rata periode: dipublikasikan untuk 2022",
    "level_mean": "Diturunkan dari angka yang dipublikasikan",
    "nation_mean": "Diturunkan dari angka yang dipublikasikan",
}


def add_sources(apps, schema_editor):
    for rule_set in apps.get_model("actions", "RuleSet").objects.all():
        rule_set.sources = SOURCES | rule_set.sources
        rule_set.save(update_fields=["sources"])


def remove_sources(apps, schema_editor):
    for rule_set in apps.get_model("actions", "RuleSet").objects.all():
        rule_set.sources = {name: text for name, text in rule_set.sources.items() if name not in SOURCES}
        rule_set.save(update_fields=["sources"])


class Migration(migrations.Migration):
    dependencies = [("actions", "0004_rule_treatments")]

    operations = [migrations.RunPython(add_sources, remove_sources)]
