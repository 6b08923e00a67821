from django.db import migrations, models
from django.db.models import F


def note_what_is_stored(apps, schema_editor):
    """What was computed so far is what is stored."""
    apps.get_model("reporting", "PeriodScoring").objects.update(stored=F("computed"), stored_closed=F("was_closed"))


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0009_score_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="periodscoring",
            name="stored",
            field=models.PositiveIntegerField(default=0, verbose_name="disimpan"),
        ),
        migrations.AddField(
            model_name="periodscoring",
            name="stored_closed",
            field=models.BooleanField(default=False, verbose_name="disimpan setelah ditutup"),
        ),
        migrations.RunPython(note_what_is_stored, migrations.RunPython.noop, elidable=True),
    ]
