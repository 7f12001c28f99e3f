#!/bin/sh
# /usr/local/sbin/cwk-manage: manage.py with the settings and as the user of the site; for root.
set -ae
. /etc/cwk.env
set +a
cd /srv/cwk
exec runuser -u cwk -- .venv/bin/python manage.py "$@"
