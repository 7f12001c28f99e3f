"""Dates and times in Korean; Django's own say "6:54 오전", which nobody does."""

TIME_FORMAT = "A g:i"
DATETIME_FORMAT = "Y년 n월 j일 A g:i"
