"""Database expressions without query parameters, for the session query."""

from typing import Any

from django.db.models import Func, TextField


class SpaceJoined(Func):
    """Concatenate texts, separated by spaces."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class OrEmpty(Func):
    """The text, or "" instead of NULL."""

    template = "COALESCE(%(expressions)s, '')"
    output_field = TextField()


class JoinedIds(Func):
    """Aggregate: ids of all rows, joined by commas ("1,2,3")."""

    function = "group_concat"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Compile to STRING_AGG on Postgres."""
        template = "string_agg((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template)
