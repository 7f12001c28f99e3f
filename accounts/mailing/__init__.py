"""Mails: written down first, sent by the background worker.

outbox    rows that wait; claimed one by one with a conditional UPDATE
letters   what a notification's mail says, and its headers
delivery  one run over everything that is due
"""
