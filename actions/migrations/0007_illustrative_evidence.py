"""Kinds of evidence stand as an assumption from now on, those stored before too: no catalogue so far named its source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0006_regroupings")]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="has_illustrative_evidence",
            field=models.BooleanField(
                default=True,
                help_text="Jenis data dukungnya anggapan portal, tidak disebut oleh sumber katalog.",
                verbose_name="jenis data dukung contoh",
            ),
        ),
    ]
