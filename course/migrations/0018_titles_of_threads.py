from django.db import migrations


def fill(apps, schema_editor):
    """Give the conversation of each lesson its titles in all languages."""
    LessonText = apps.get_model("course", "LessonText")
    Thread = apps.get_model("comments", "Thread")
    titles = {}
    rows = LessonText.objects.exclude(title="").values_list("lesson__thread", "language", "title")
    for thread, language, title in rows.iterator():
        titles.setdefault(thread, {})[language] = title
    batch = []
    for thread in Thread.objects.filter(pk__in=titles, titles=None).iterator(chunk_size=500):
        thread.titles = titles[thread.pk]
        batch.append(thread)
    Thread.objects.bulk_update(batch, ["titles"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("course", "0017_following"),
        ("comments", "0007_titles"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
