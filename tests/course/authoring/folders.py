"""Quest folders made for a test."""

import io
from hashlib import sha256
from pathlib import Path

from PIL import Image as Pillow

STRANGE = '한글 🌱 \u2028 tab\there, "quotes" \'n # hash: colon  '


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by its path in the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def picture(width: int = 60, height: int = 40, kind: str = "PNG", **options) -> bytes:
    """A picture with something in it."""
    buffer = io.BytesIO()
    made = Pillow.radial_gradient("L").resize((width, height)).convert("RGB")
    made.save(buffer, kind, **options)
    return buffer.getvalue()


def write_quest(
    root: Path, *, chapters=1, lessons=2, picture=False, strange=False, width=2, uid="made"
) -> Path:
    """A quest `uid` whose lessons are `<uid>-<chapter>-<lesson>`, in both languages."""
    for language, rest in (
        ("ko", f"slug: {uid}\ntitle: 만든 퀘스트\nstatus: published\nposition: 3\nsource: ko\n"),
        ("en", "title: A made quest\n"),
    ):
        write(root / f"quest.{language}.md", f"---\nuid: {uid}\n{rest}---\nWhat you learn.\n")
    for chapter in range(1, chapters + 1):
        folder = root / f"{chapter:0{width}d}-part-{chapter}"
        for language in ("ko", "en"):
            write(
                folder / f"chapter.{language}.md",
                f"---\nuid: {uid}-part-{chapter}\ntitle: Part {chapter} {language}\n---\n",
            )
        for lesson in range(1, lessons + 1):
            write_lesson(folder, uid, chapter, lesson, picture, strange, width)
    return root


def write_lesson(folder, uid, chapter, lesson, with_picture, strange, width):
    """One lesson with a sample, a link and an exercise."""
    slug = f"lesson-{lesson}" if chapter == 1 else f"lesson-{chapter}-{lesson}"
    sample = f"samples/part-{chapter}-{lesson}.py"
    code = f"print({lesson})\n"
    write(folder / sample, code)
    write(
        folder / sample.replace(".py", ".capture.yaml"),
        f"source_sha256: {sha256(code.encode()).hexdigest()}\nran_on: 2026-11-22\n"
        f"python: 3.11.7\nversions:\n  jax: '0.10'\noutcome: ok\noutput: |\n  {lesson}\n",
    )
    body = f"Text {lesson}.\n\n## Heading\n\nMore, with $x^2$."
    if strange:
        body += f"\n\n{STRANGE}\nend"
    if with_picture:
        body += "\n\n![A plot](images/plot.png)\n\n![A photo](images/photo.jpg)"
        from tests.course.authoring.folders import picture

        (folder / "images").mkdir(exist_ok=True)
        (folder / "images" / "plot.png").write_bytes(picture())
        (folder / "images" / "photo.jpg").write_bytes(picture(kind="JPEG", exif=b"Exif\0\0secret"))
    exercise = "exercise: |\n  Do it.\n\n    indented  \n  🌱 끝\nanswer: 'one: line'\n"
    for language in ("ko", "en"):
        shared = "minutes: 12\nstatus: published\ntags:\n- made\n" if language == "ko" else ""
        write(
            folder / f"{lesson:0{width}d}-{slug}.{language}.md",
            f"---\nuid: {uid}-{chapter}-{lesson}\ntitle: 'Lesson {lesson}: {language}'\n"
            f"summary: Of {lesson}.\n{shared}links:\n- title: Docs\n  url: https://docs.jax.dev/\n"
            f"samples:\n- file: {sample}\n  title: A sample\n{exercise}---\n{body}\n",
        )
