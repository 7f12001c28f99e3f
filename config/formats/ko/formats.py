"""Korean date and time formats; Django's own give "6:54 오전", which is not idiomatic."""

TIME_FORMAT = "A g:i"
DATETIME_FORMAT = "Y년 n월 j일 A g:i"
