"""Storage of static files in production."""

import re
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)  # without those that hold a licence: /*!
INDENT = re.compile(r"\s*\n\s*")


def smaller(name: str, text: str) -> str:
    """Return a script or style sheet without comments and needless blanks, and others unchanged.

    Style sheets keep the blanks within a line: only a parser of today's CSS can tell which of them
    mean something.
    """
    match PurePath(name).suffix:
        case ".js":
            return str(jsmin(text, keep_bang_comments=True))
        case ".css":
            return INDENT.sub("\n", COMMENT.sub("", text))
    return text


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Makes files smaller and adds a content hash to their names, also in imports of modules."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: Any) -> str:
        if PurePath(name).suffix in {".js", ".css"}:
            text = b"".join(content.chunks()).decode()
            content = ContentFile(smaller(name, text).encode())
        return str(super()._save(name, content))
