from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0010_score_stored"),
    ]

    operations = [
        migrations.AddField(
            model_name="preparedfile",
            name="turn",
            field=models.PositiveIntegerField(default=0, verbose_name="giliran"),
        ),
    ]
