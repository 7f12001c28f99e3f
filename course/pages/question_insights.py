"""What learners answer to a quest's questions: counts from their logs, never a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Left, RowNumber

from course.content.answers import tokens_of, values_of
from course.models import QUESTION, Operation, Quest, Question

MOST_SHOWN = 5  # answers to one question
LONGEST_SHOWN = 200  # characters of one answer
TRIED_BY = 3  # learners, before a question counts as hard
HARD = 0.6  # the share of right first attempts below which it does
# What anybody may have written, a name for instance, is shown when somebody else gave it, too.
FREE = ("text", "output")

Key = tuple[int, str]  # lesson and part


@dataclass(frozen=True)
class Given:
    """An answer, how many learners gave it, and whether it was right."""

    text: str
    learners: int
    right: bool


@dataclass
class QuestionInsight:
    """One question in numbers; shares in percent of those who tried."""

    lesson_id: int
    name: str
    prompt: str
    tried: int = 0
    at_first: int = 0  # learners whose first attempt was right
    answers: list[Given] = field(default_factory=list)

    @property
    def share_at_first(self) -> int:
        """The share that was right at the first attempt."""
        return round(100 * self.at_first / self.tried) if self.tried else 0


def question_insights(quest: Quest, language: str) -> list[QuestionInsight]:
    """The questions that the quest has now, in order; four queries."""
    questions = {
        (row.lesson_id, f"{QUESTION}{row.name}"): row
        for row in Question.objects.filter(lesson__quest=quest, retired=False).order_by(
            "lesson__chapter__position", "lesson__position", "position", "id"
        )
    }
    attempts = Operation.objects.filter(lesson__quest=quest, kind=Operation.Kind.ATTEMPT)
    tried, at_first = learners_of(attempts), learners_of(first_right(attempts))
    answers = most_given(attempts, questions, quest.source_language)
    return [
        QuestionInsight(
            row.lesson_id,
            row.name,
            prompt_of(row, language),
            tried.get(key, 0),
            at_first.get(key, 0),
            answers.get(key, []),
        )
        for key, row in questions.items()
    ]


def hardest_questions(language: str, most: int) -> list[QuestionInsight]:
    """The site's questions that fewest answered right at first, hardest first; three queries.

    One that few tried says nothing yet.
    """
    attempts = Operation.objects.filter(kind=Operation.Kind.ATTEMPT)
    tried = {key: n for key, n in learners_of(attempts).items() if n >= TRIED_BY}
    if not tried:
        return []
    right = learners_of(first_right(attempts))
    order = sorted(tried, key=lambda key: (right.get(key, 0) / tried[key], -tried[key], key))
    hard = [key for key in order if right.get(key, 0) < HARD * tried[key]]
    rows = Question.objects.filter(lesson__in={key[0] for key in hard}, retired=False)
    asked = {(row.lesson_id, f"{QUESTION}{row.name}"): row for row in rows}
    return [
        QuestionInsight(
            key[0], asked[key].name, prompt_of(asked[key], language), tried[key], right.get(key, 0)
        )
        for key in hard
        if key in asked
    ][:most]


def learners_of(attempts: QuerySet[Operation]) -> dict[Key, int]:
    """How many learners made these attempts, by question."""
    rows = attempts.order_by().values_list("lesson", "part")
    return {(a, b): count for a, b, count in rows.annotate(n=Count("learner", distinct=True))}


def first_right(attempts: QuerySet[Operation]) -> QuerySet[Operation]:
    """The right ones of each learner's first attempts."""
    own = Operation.objects.filter(
        kind=Operation.Kind.ATTEMPT,
        learner=OuterRef("learner"),
        lesson=OuterRef("lesson"),
        part=OuterRef("part"),
    )
    first = own.order_by("effective_at", "uuid").values("pk")[:1]
    return attempts.filter(right=True, pk=Subquery(first))


def most_given(
    attempts: QuerySet[Operation], questions: Mapping[Key, Question], source: str
) -> dict[Key, list[Given]]:
    """The answers that most learners gave, by question."""
    counted = (
        attempts.order_by()
        .values("lesson", "part", "right", given=Left("body", LONGEST_SHOWN))
        .annotate(n=Count("learner", distinct=True))
        .annotate(
            rank=Window(
                RowNumber(),
                partition_by=[F("lesson"), F("part")],
                order_by=[F("n").desc(), F("given")],
            )
        )
        .filter(rank__lte=MOST_SHOWN)
        .order_by("rank")
    )
    found: dict[Key, list[Given]] = {}
    for row in counted:
        key = (row["lesson"], row["part"])
        question = questions.get(key)
        if question is None or (question.kind in FREE and row["n"] < 2):
            continue
        text = shown(question, row["given"], source)
        found.setdefault(key, []).append(Given(text, row["n"], bool(row["right"])))
    return found


def shown(question: Question, given: str, source: str) -> str:
    """An answer as authors read it: lines put in order by their right places."""
    if question.kind != "order":
        return given
    places = {token: place for place, token in enumerate(tokens_of(values_of(question), source), 1)}
    return " ".join(str(places.get(token, "?")) for token in given.split(","))


def prompt_of(question: Question, language: str) -> str:
    """The question as it is written, in this language or another."""
    words: dict[str, Any] = question.texts.get(language) or next(iter(question.texts.values()), {})
    return str(words.get("prompt", ""))
