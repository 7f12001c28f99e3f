"""Storage of static files in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Adds a content hash to file names, also inside `import` statements of ES modules."""

    support_js_module_import_aggregation = True
