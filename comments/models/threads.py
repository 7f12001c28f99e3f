"""Models of threads and who follows them."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from comments.visibility import open_pages


class ThreadSet(models.QuerySet["Thread"]):
    """QuerySet of threads."""

    def visible_to(self, viewer: Viewer) -> "ThreadSet":
        """Threads of public pages; staff also see those of drafts."""
        return self.filter(open_pages(viewer, thread=""))

    def locked_for_writing(self) -> "ThreadSet":
        """Lock the rows until the transaction ends; every change of a thread starts here."""
        return self.select_for_update(of=("self",))


class Thread(models.Model):
    """The thread of a page, shared by the page's languages.

    The page's app keeps `url` (path without language prefix), titles and `public` up to date; the
    comments of a thread that is not public (draft page) are visible to staff only.
    """

    url = models.CharField(_("address"), max_length=300)
    title = models.CharField(_("title"), max_length=200)  # in the language it was written in
    titles = models.JSONField(null=True, editable=False)  # language -> title
    public = models.BooleanField(_("public"), default=True)
    # The conversation of the page that took this page's place: this one is read at its own address.
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="earlier"
    )
    # Of conversations with this successor: [{"id": …, "title": …, "titles": {…}}, …].
    earlier_listed = models.JSONField(null=True, editable=False)
    locked = models.BooleanField(_("locked"), default=False)
    comment_count = models.PositiveIntegerField(_("comments"), default=0)
    # Confirmed faults that are not fixed yet; readers see the number.
    issue_count = models.PositiveIntegerField(_("known issues"), default=0)
    # The number that the newest comment got; never reused, so paths stay as they are.
    last_number = models.PositiveIntegerField(default=0, editable=False)

    objects = ThreadSet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the active language, or else in the one it was written in."""
        return str((self.titles or {}).get(get_language()) or self.title)

    @property
    def shown_at(self) -> str:
        """The path, without language prefix, of the page that shows the comments."""
        if self.successor_id is None:
            return self.url
        with override(settings.LANGUAGE_CODE):
            return reverse("thread", args=[self.pk])

    @property
    def earlier_ones(self) -> list["Thread"]:
        """The conversations of pages whose place this page took; no query."""
        return [Thread(pk=row["id"], title=row["title"], titles=row["titles"])
                for row in self.earlier_listed or ()]  # fmt: skip

    def next_number(self) -> int:
        """Return the next comment's number; the thread's row must be locked."""
        self.last_number += 1
        Thread.objects.filter(pk=self.pk).update(last_number=self.last_number)
        return self.last_number

    def count(self, change: int) -> None:
        """Change the number of visible comments by this amount."""
        if change:
            Thread.objects.filter(pk=self.pk).update(comment_count=F("comment_count") + change)


class Follow(models.Model):
    """A learner's choice to follow or mute a thread."""

    class State(models.TextChoices):
        FOLLOWING = "following", _("following")
        MUTED = "muted", _("muted")

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="follows")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.FOLLOWING)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "learner"], name="one_follow_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.state} {self.thread_id}"
