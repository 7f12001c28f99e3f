#!/bin/sh
# /usr/local/sbin/cwk-upgrade [REVISION]: install a later release with one command; for root.
# REVISION is a tag or commit; without it the newest of the branch that is checked out.
set -eu
cd "${CWK_HOME:-/srv/cwk}"
backup=${CWK_BACKUPS:-/var/lib/cwk/backups}/before-release.zip
as_cwk() { runuser -u cwk -- "$@"; }
say() { echo "== $*"; }
refuse() { echo "$*" >&2; exit 2; }

before=$(as_cwk git rev-parse HEAD)
as_cwk git fetch --quiet --tags
target=$(as_cwk git rev-parse --verify --quiet "${1:-@{upstream\}}^{commit}") ||
    refuse "There is no such release. Name a tag: git tag --list"

[ -z "$(as_cwk git status --porcelain --untracked-files=no)" ] ||
    refuse "Files of the release were changed here; git status names them. Settings belong into /etc/cwk.env."
[ "$before" != "$target" ] || { say "This release is installed already."; exit 0; }
as_cwk git merge-base --is-ancestor "$before" "$target" ||
    refuse "That is no later release than the one installed. docs/deploy.md says how to go back."

# Releases that bring the tables halfway: each has to be installed, and to run, before a later one.
for stop in $(as_cwk git show "$target:deploy/stops" 2>/dev/null | sed 's/#.*//'); do
    commit=$(as_cwk git rev-parse --verify --quiet "$stop^{commit}") || continue
    if [ "$commit" != "$target" ] && ! as_cwk git merge-base --is-ancestor "$commit" "$before"; then
        refuse "$stop must not be skipped. First: cwk-upgrade $stop"
    fi
done

way_back() {
    [ "$?" -eq 0 ] && return
    cat >&2 <<END

The upgrade stopped at the step above. The web processes still run the release before.
It works with the newer tables, so to have its code again:
  cd $PWD && runuser -u cwk -- git reset --hard $before
  runuser -u cwk -- .venv/bin/pip install --require-hashes -r requirements/app.lock
  runuser -u cwk -- .tools/bin/python -m tools.messages compile
  systemctl restart cwk cwk-worker
Only if the data is wrong, too (what came since the backup is lost): with that code, stop both and
  runuser -u postgres -- dropdb cwk, createdb as docs/deploy.md says, cwk-manage migrate, and
  cwk-manage restore $backup
END
}
trap way_back EXIT

say "A backup, and whether it is whole"
cwk-manage backup "$backup"
cwk-manage backup --check "$backup"
say "The code of $(as_cwk git describe --tags --always "$target")"
as_cwk git merge --quiet --ff-only "$target"
say "Packages and translations"
as_cwk .venv/bin/pip install --quiet --require-hashes -r requirements/app.lock
as_cwk .tools/bin/python -m tools.messages compile
say "Tables, static files, rules, pages"
cwk-manage check --deploy
cwk-manage migrate
cwk-manage collectstatic --noinput
cwk-manage load_rules
cwk-manage render --stale
say "Pages that are read most"
cwk-manage warm_pages || echo "They are built when somebody asks for them." >&2

# A reload starts new workers below the same granian.
verb=reload
as_cwk git diff "$before" "$target" -- requirements/app.lock | grep -q '^[+-]granian==' && verb=restart
as_cwk git diff --quiet "$before" "$target" -- config/server.py deploy/serve || verb=restart
say "New processes ($verb)"
systemctl "$verb" cwk
systemctl restart cwk-worker
host=$(. "${CWK_ENV:-/etc/cwk.env}"; echo "${SITE_URL#*://}")
tries=0
until curl --silent --fail --unix-socket /run/cwk/web.sock "http://$host/readyz"; do
    tries=$((tries + 1))
    [ "$tries" -lt "${CWK_TRIES:-60}" ] || { echo "The site does not get ready." >&2; exit 1; }
    sleep 1
done
echo
as_cwk git diff --quiet "$before" "$target" -- deploy/ ||
    say "Compare what you copied with what changed: git diff $before $target -- deploy/"
say "Done. To have the release before again: docs/deploy.md, \"A new release\"; its commit is $before"
