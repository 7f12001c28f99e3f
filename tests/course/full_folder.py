"""A quest folder with one of everything that the lesson format has."""

import io
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from PIL import Image as Pillow

from course.content.yamls import dump, front_matter

UID = "full-lesson-1"
CODE = "print('step 1 loss 33.5')\nprint('step 2 loss 0.02')\n"
OUTPUT = "step 1 loss 33.5\nstep 2 loss 0.02\n"
KOREAN_BODY = """## 내려가기

첫 손실은 [[out:grad-1:1:2]]이고 [[term:loss|손실을]] 줄여요.

[[sample:grad-1]]

[[question:one]]

=== "JAX"
    jnp

=== "NumPy"
    np"""
ENGLISH_BODY = """## Going down

The first loss is [[out:grad-1:1:2]]; a [[term:loss]] shrinks.

[[question:one]]

Then look at this.

[[sample:grad-1]]"""


def png(colour: str = "red") -> bytes:
    """A small picture as the site stores it."""
    buffer = io.BytesIO()
    Pillow.new("RGB", (40, 30), colour).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def korean_questions() -> list[dict]:
    """One question of each kind."""
    return [
        {"id": "one", "kind": "choice", "prompt": "무엇이 **맞나요**?", "choices": ["`a`", "`b`"],
         "answer": "b", "hint": "둘째를 보세요.", "why": "정의예요."},
        {"id": "several", "kind": "multiple", "prompt": "모두 고르세요.",
         "choices": ["하나", "둘", "셋"], "answer": ["a", "c"], "why": "그래요."},
        {"id": "half", "kind": "number", "prompt": "얼마인가요?", "answer": 0.5, "tolerance": 0.01,
         "why": "절반."},
        {"id": "weak", "kind": "text", "prompt": "이름은?", "answer": "weak type",
         "accept": ["약한 타입"], "why": "그렇게 불러요."},
        {"id": "lines", "kind": "order", "prompt": "순서대로.",
         "choices": ["import jax", "x = 1", "print(x)"], "why": "차례."},
        {"id": "prints", "kind": "output", "prompt": "무엇을 출력하나요?", "sample": "grad-1",
         "lines": "1-2", "why": "손실."},
    ]  # fmt: skip


def english_questions() -> list[dict]:
    """The same in English."""
    return [
        {"id": "one", "prompt": "Which **is** it?", "choices": ["`a`", "`b`"], "why": "Defined."},
        {"id": "several", "prompt": "Choose all.", "choices": ["one", "two", "three"],
         "why": "So it is."},
        {"id": "half", "prompt": "How much?", "why": "A half."},
        {"id": "weak", "prompt": "Its name?", "accept": ["weak-type"], "why": "They say so."},
        {"id": "lines", "prompt": "In order.", "choices": ["import jax", "x = 1", "print(x)"],
         "why": "Order."},
        {"id": "prints", "prompt": "What is printed?", "why": "Losses."},
    ]  # fmt: skip


def korean_meta(**more) -> dict:
    """The front matter of the source language."""
    return {
        "uid": UID, "title": "내려가기", "minutes": 7, "status": "published",
        "needs": ["full-lesson-0"],
        "samples": [{"file": "samples/grad-1.py", "title": "손실", "predict": True,
                     "figures": ["손실이 줄어드는 곡선"]},
                    {"file": "samples/grad-2.py", "title": "그대로"}],
        "questions": korean_questions(),
        "exercise": "직접 해 보세요.", "hints": ["첫 힌트", "둘째 **힌트**"],
        "starter": "samples/grad.starter.py", "check": "samples/grad.check.py",
        "answer": "```python\nx = 1\n```",
    } | more  # fmt: skip


def english_meta(**more) -> dict:
    """The front matter of the translation."""
    return {
        "uid": UID, "title": "Going down",
        "samples": [{"file": "samples/grad-1.py", "title": "Loss",
                     "figures": ["A curve of the loss going down"]},
                    {"file": "samples/grad-2.py", "title": "The same"}],
        "questions": english_questions(),
        "exercise": "Try it.", "hints": ["First", "Second"], "answer": "```python\nx = 1\n```",
    } | more  # fmt: skip


GLOSSARY = {
    "ko": {"loss": {"term": "손실", "line": "얼마나 틀렸는지", "lesson": UID}},
    "en": {"loss": {"term": "loss", "line": "how wrong it is"}},
}


def put(root: Path, name: str, data: bytes | str) -> None:
    """Write a file of the folder."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def put_sample(root: Path, name: str, code: str, output: str, figures: Sequence[str] = ()) -> None:
    """A sample with its capture."""
    put(root, f"01-start/samples/{name}.py", code)
    capture = {
        "source_sha256": sha256(code.encode()).hexdigest(), "ran_on": date(2026, 11, 1),
        "python": "3.12.1", "versions": {"jax": "0.8"}, "outcome": "ok", "output": output,
    }  # fmt: skip
    more = {"figures": list(figures)} if figures else {}
    put(root, f"01-start/samples/{name}.capture.yaml", dump(capture | more))


def write_full_quest(
    root: Path,
    *,
    korean: dict | None = None,
    english: dict | None = None,
    korean_body: str = KOREAN_BODY,
    english_body: str = ENGLISH_BODY,
    glossary: dict | None = None,
) -> Path:
    """The folder, in the words in which an export writes it."""
    put(root, "quest.ko.md", front_matter({"uid": "full", "slug": "full", "title": "전부",
        "status": "published", "position": 0, "source": "ko"}, "- 하나"))  # fmt: skip
    put(root, "quest.en.md", front_matter({"uid": "full", "title": "Everything"}, "- one"))
    for language, words in (GLOSSARY if glossary is None else glossary).items():
        put(root, f"glossary.{language}.yaml", dump(words))
    for language, title in (("ko", "시작"), ("en", "Start")):
        meta = {"uid": "full-start", "title": title}
        put(root, f"01-start/chapter.{language}.md", front_matter(meta, ""))
        first: dict[str, object] = {"uid": "full-lesson-0", "title": f"{title} 0"}
        if language == "ko":
            first |= {"minutes": 5, "status": "published"}
        put(root, f"01-start/01-before.{language}.md", front_matter(first, "text"))
    put(root, "01-start/02-down.ko.md", front_matter(korean or korean_meta(), korean_body))
    put(root, "01-start/02-down.en.md", front_matter(english or english_meta(), english_body))
    put_sample(root, "grad-1", CODE, OUTPUT, ["grad-1.fig-1.png"])
    put(root, "01-start/samples/grad-1.fig-1.png", png())
    put_sample(root, "grad-2", "x = 1\n", "")
    put(root, "01-start/samples/grad.starter.py", "x = 0\n")
    put(root, "01-start/samples/grad.check.py", 'assert x == 1, {"ko": "아니요", "en": "no"}\n')
    return root
