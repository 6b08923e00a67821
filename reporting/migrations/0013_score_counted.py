from django.db import migrations, models
from django.db.models import F


def ask_for_all(apps, schema_editor):
    """Let the next sweep compute every year: only it knows what a running year counts."""
    apps.get_model("actions", "PlanYear").objects.update(rescorings=F("rescorings") + 1)


def fill(apps, schema_editor):
    """Say until then what holds for closed periods: all but those that await their judgement."""
    scores = apps.get_model("reporting", "Score").objects
    scores.update(counted=F("expected") - F("reported") + F("scored"))


class Migration(migrations.Migration):
    """How many a mean is taken over is stored with it."""

    dependencies = [("reporting", "0012_job_first_run"), ("actions", "0008_rescorings")]

    operations = [
        migrations.AddField(
            model_name="score",
            name="counted",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Banyaknya instansi, atau periode satu instansi, dalam rata-rata seluruhnya.",
                verbose_name="dihitung",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(ask_for_all, migrations.RunPython.noop),
    ]
