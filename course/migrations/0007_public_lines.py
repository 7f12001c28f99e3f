from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def mark_what_readers_have(apps, schema_editor):
    """The newest words of public lessons; of older ones nobody knows who had them."""
    texts = (
        apps.get_model("course", "LessonText")
        .objects.filter(lesson__quest__status="published")
        .exclude(lesson__status="draft")
    )
    lines = apps.get_model("course", "HistoricalLessonText").objects
    own = lines.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    newest = texts.annotate(newest=Subquery(own.values("history_id")[:1])).values("newest")
    lines.filter(history_id__in=newest).update(was_public=True)


class Migration(migrations.Migration):
    dependencies = [
        ("course", "0006_search_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicallessontext",
            name="was_public",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark_what_readers_have, migrations.RunPython.noop, elidable=True),
    ]
