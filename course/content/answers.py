"""Questions of a stored lesson, and all answers ever published as correct."""

from hashlib import sha256
from typing import Any

from django.utils import timezone

from course.content import judging
from course.content.questions import QuestionValues, span
from course.content.resolvers import sample_name
from course.models import Lesson, Question, ReviewCard, RightAnswer
from course.models.languages import in_language
from markup import highlight


def values_of(row: Question) -> QuestionValues:
    """Return a stored question as plain values."""
    return QuestionValues(row.name, row.kind, dict(row.shared), dict(row.texts))


def questions_of(lesson: Lesson) -> list[QuestionValues]:
    """Return the lesson's current questions, in order."""
    return [values_of(row) for row in lesson.questions.all() if not row.retired]


def right_values(question: QuestionValues, outputs: dict[str, str], source: str) -> list[str]:
    """Return the correct canonical values; `outputs` by sample name, `source` language."""
    shared = question.shared
    if question.kind == "choice":
        return [shared["answer"]]
    if question.kind == "multiple":
        return [",".join(sorted(shared["answer"]))]
    if question.kind == "number":
        return [judging.number_value(shared["answer"], shared.get("tolerance", 0))]
    if question.kind == "text":
        accepted = [each for words in question.texts.values() for each in words.get("accept", ())]
        return list(dict.fromkeys(map(judging.text_key, [shared["answer"], *accepted])))
    if question.kind == "order":
        return [",".join(tokens_of(question, source))]
    printed = outputs.get(shared["sample"], "")
    return [asked_lines(printed, shared.get("lines"))] if printed else []


def asked_lines(output: str, lines: Any) -> str:
    """Return the output lines that a question asks for; all if it names none."""
    if lines is None:
        return output
    first, last = span(lines) or (1, 1)
    return "\n".join(output.splitlines()[first - 1 : last])


def tokens_of(question: QuestionValues, source: str) -> list[str]:
    """Return the tokens of an `order` question's lines, in the correct order.

    They are made from the lines in the `source` language, so they are equal in all languages.
    """
    words = in_language(question.texts, source, dict[str, Any]())
    return [judging.token(question.name, line) for line in words["choices"]]


def token_rows(question: QuestionValues, language: str, source: str) -> list[dict[str, str]]:
    """Return the lines of an `order` question in a fixed shuffled order."""
    tokens, lines = tokens_of(question, source), question.texts[language]["choices"]
    return [
        {"value": tokens[place], "text": lines[place], "html": highlight(lines[place], "python")}
        for place in judging.shuffled(question.name, tokens)
    ]


def current_answers(lesson: Lesson) -> dict[str, list[str]]:
    """Return the current correct canonical values by question name."""
    questions = questions_of(lesson)
    if not questions:
        return {}
    outputs = {sample_name(row.file): row.output for row in lesson.samples.all()}
    source = lesson.quest.source_language
    return {each.name: right_values(each, outputs, source) for each in questions}


def keep_answers(lesson: Lesson) -> None:
    """Store the current correct answers permanently; call when the lesson is public."""
    current = current_answers(lesson)
    rows = {row.name: row for row in lesson.questions.all()} if current else {}
    renew_outputs(rows, current)
    RightAnswer.objects.bulk_create(
        [
            RightAnswer(question=rows[name], value=value, digest=digest_of(value))
            for name, values in current.items()
            for value in values
        ],
        ignore_conflicts=True,
    )


def is_another(row: Question, new: QuestionValues, source: str, *, words: bool) -> bool:
    """Return whether the answer of a stored question changed (or its texts, with `words`)."""
    old = values_of(row)
    if words and old.texts != new.texts:
        return True
    if new.kind == "order":
        return tokens_of(old, source) != tokens_of(new, source)
    asked = ("answer", "sample", "lines")
    return [old.shared.get(key) for key in asked] != [new.shared.get(key) for key in asked]


def renew(question: Question) -> None:
    """Show the question's cards as new; does not save the question itself."""
    question.renewed_at = timezone.now()
    ReviewCard.objects.filter(question=question, due__isnull=False).update(
        due=question.renewed_at, reviewed_at=None, stability=None, difficulty=None
    )


def renew_outputs(rows: dict[str, Question], current: dict[str, list[str]]) -> None:
    """Renew questions about a sample that prints something else now."""
    for name, values in current.items():
        row = rows[name]
        if row.kind == Question.Kind.OUTPUT and values:
            known = list(row.right_answers.values_list("value", flat=True))
            if known and not any(judging.judge(row.kind, value, known) for value in values):
                renew(row)
                row.save(update_fields=["renewed_at"])


def digest_of(value: str) -> str:
    """Return the hash by which a value is looked up."""
    return sha256(value.encode()).hexdigest()


def is_right(question: Question, given: str) -> bool:
    """Return whether an answer is correct now or was when published."""
    published = list(question.right_answers.values_list("value", flat=True))
    now = current_answers(question.lesson).get(question.name, [])
    return judging.judge(question.kind, given, [*now, *published])


def store_questions(lesson: Lesson, wanted: list[QuestionValues], *, anew: bool = False) -> None:
    """Save the lesson's questions; removed ones are retired, as names are never reused.

    A question with another answer (with `anew`: with other words) comes back to learners as new.
    """
    stored = {row.name: row for row in lesson.questions.all()}
    for place, each in enumerate(wanted):
        row = stored.pop(each.name, None) or Question(lesson=lesson, name=each.name)
        if row.pk and is_another(row, each, lesson.quest.source_language, words=anew):
            renew(row)
        row.position, row.kind, row.retired = place, each.kind, False
        row.shared, row.texts = each.shared, each.texts
        row.save()
    for row in stored.values():
        if not row.retired:
            row.retired = True
            row.save(update_fields=["retired"])
