"""How static files are named and stored in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """File names carry a content hash, also inside `import` statements of ES modules."""

    support_js_module_import_aggregation = True
