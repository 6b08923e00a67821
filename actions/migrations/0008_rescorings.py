from django.db import migrations, models


class Migration(migrations.Migration):
    """What counted only regrouped aksi counts every reason to compute a whole year anew."""

    dependencies = [("actions", "0007_illustrative_evidence")]

    operations = [
        migrations.RenameField("planyear", "regroupings", "rescorings"),
        migrations.AlterField(
            model_name="planyear",
            name="rescorings",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Berapa kali kelompok sasaran atau aturan tahun ini berubah, sehingga semua nilainya dihitung lagi.",
                verbose_name="penghitungan ulang diminta",
            ),
        ),
    ]
