"""Handles that can't be confused, mail outbox, preferences, deletion; the shared cache's table."""

import accounts.handles
import accounts.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models


def fill_skeletons(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    for user in User.objects.all():
        user.save(update_fields=["handle_skeleton"])


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("choice", models.CharField(choices=[("immediate", "Right away"), ("digest", "Once a day"), ("none", "Never")], default="immediate", max_length=10)),
                ("token", models.CharField(default=accounts.models.new_token, editable=False, max_length=40, unique=True)),
                ("learner", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mail_preferences", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name="mailpreference",
            constraint=models.UniqueConstraint(fields=("learner", "kind"), name="one_choice_per_kind"),
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mail_at", models.DateTimeField(blank=True, default=accounts.models.after_mail_delay, null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["mail_at"], name="outgoing_waiting"),
        ),
        migrations.AddField(
            model_name="notification",
            name="mail_at",
            field=models.DateTimeField(blank=True, default=accounts.models.after_mail_delay, null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="mail_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["learner", "-created_at", "-id"], name="notification_list"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(condition=models.Q(("mail_at__isnull", False)), fields=["mail_at"], name="mail_waiting"),
        ),
        migrations.AddField(
            model_name="user",
            name="delete_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="delete_keeps_comments",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="profile_public",
            field=models.BooleanField(default=False, verbose_name="public profile"),
        ),
        migrations.AddField(
            model_name="user",
            name="profile_sections",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="user",
            name="time_zone_confirmed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="handle_skeleton",
            field=accounts.handles.SkeletonField(default="", editable=False, max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(fill_skeletons, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="handle_skeleton",
            field=accounts.handles.SkeletonField(editable=False, max_length=120, unique=True),
        ),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
