import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when a task is known to run; rows that are there already begin now."""

    dependencies = [
        ("reporting", "0011_prepared_turns"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobrun",
            name="first_ended_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="pertama kali selesai pada"),
            preserve_default=False,
        ),
    ]
