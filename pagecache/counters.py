"""Counters of this process, for all apps; `config.metrics` shows them."""

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics

disable_created_metrics()
counted = CollectorRegistry(auto_describe=True)
operations = Counter(
    "cwk_sync_operations", "Operations that browsers sent, by verdict.", ["verdict"],
    registry=counted,
)  # fmt: skip
