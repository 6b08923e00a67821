from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0008_publication_details"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="score", name="score_by_institution"),
        migrations.AddIndex(
            model_name="score",
            index=models.Index(fields=["institution", "scope", "target_group", "period"], name="score_by_institution"),
        ),
    ]
