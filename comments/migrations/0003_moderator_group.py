"""The Moderator group exists from the start."""

from django.db import migrations

from comments.groups import ensure_moderators


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0002_conversations'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: ensure_moderators(apps), migrations.RunPython.noop
        ),
    ]
