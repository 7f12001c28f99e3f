# Two stages: the first installs from the lock and compiles, the second runs as an ordinary user.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/cwk
COPY requirements/ requirements/
RUN python -m venv /srv/venv && /srv/venv/bin/pip install --require-hashes -r requirements/app.lock
# Babel only compiles the translations, so it stays in this stage.
RUN python -m venv /srv/tools \
    && /srv/tools/bin/pip install --require-hashes -r requirements/messages.lock
COPY . .
RUN /srv/tools/bin/python -m tools.messages compile

FROM python:3.11-slim
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/data/static MEDIA_ROOT=/data/media PAGECACHE_DIR=/data/pages LOG_FORMAT=json
RUN useradd --system --uid 10001 --home-dir /srv/cwk cwk \
    && install -d -o cwk -g cwk /data /data/media /data/static /data/backups
WORKDIR /srv/cwk
COPY --from=build /srv/venv /srv/venv
# Root's: what runs as cwk can't change its own code. Static files of all releases are in the volume.
COPY --from=build /srv/cwk /srv/cwk
USER cwk
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
# The same options as in deploy/granian.service.
CMD ["deploy/serve", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--no-ws", \
     "--http1-buffer-size", "65536", "--http1-header-read-timeout", "10000", \
     "--respawn-failed-workers", "--respawn-interval", "8", "--workers-kill-timeout", "30", \
     "--workers-max-rss", "600", "config.wsgi:application"]
