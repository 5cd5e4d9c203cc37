"""Prometheus metrics, fed by observations. Sums are kept in plain dictionaries and shaped when they are scraped."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from narthex.observe import Observation

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

Gauges = Callable[[], dict[str, tuple[str, float]]]


class Metrics(Collector):
    """Counts requests; `gauges` gives name → (documentation, value) of what is read at scrape time.

    `worker` is the number of this process where there are several: a scrape reaches any of them, and every sample then
    says which.
    """

    def __init__(self, gauges: Gauges, worker: int | None = None) -> None:
        self._gauges = gauges
        self._worker = {} if worker is None else {"worker": str(worker)}
        self._requests: Counter[tuple[str, str]] = Counter()
        self._stage_seconds: defaultdict[str, float] = defaultdict(float)
        self._buckets = [0] * (len(_BUCKETS_S) + 1)
        self._seconds = 0.0
        self._plans: Counter[bool] = Counter()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def __call__(self, observation: Observation) -> None:
        """Take one finished request."""
        self._requests[observation.surface, observation.outcome] += 1
        for stage, seconds in observation.stages:
            self._stage_seconds[stage] += seconds
        self._buckets[bisect_left(_BUCKETS_S, observation.duration)] += 1
        self._seconds += observation.duration
        self._plans[observation.plan_cached] += 1

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(_Labelled(self.registry, self._worker) if self._worker else self.registry)

    def collect(self) -> Iterable[Metric]:
        requests = CounterMetricFamily(
            "narthex_requests", "Requests by surface and outcome (an error code or OK).", labels=["surface", "outcome"]
        )
        for labels, count in self._requests.items():
            requests.add_metric(list(labels), count)
        yield requests
        stages = CounterMetricFamily("narthex_stage_seconds", "Time spent in each stage.", labels=["stage"])
        for stage, seconds in self._stage_seconds.items():
            stages.add_metric([stage], seconds)
        yield stages
        plans = CounterMetricFamily("narthex_plans", "Plans by whether they came from the cache.", labels=["cached"])
        for cached, count in self._plans.items():
            plans.add_metric([str(cached).lower()], count)
        yield plans
        yield self._durations()
        for name, (documentation, value) in self._gauges().items():
            gauge = GaugeMetricFamily(name, documentation)
            gauge.add_metric([], value)
            yield gauge

    def _durations(self) -> HistogramMetricFamily:
        durations = HistogramMetricFamily("narthex_request_seconds", "Duration of requests.")
        total, buckets = 0, []
        for bound, count in zip((*map(str, _BUCKETS_S), "+Inf"), self._buckets, strict=True):
            total += count
            buckets.append((bound, total))
        durations.add_metric([], buckets, self._seconds)
        return durations


class _Labelled(CollectorRegistry):
    """All metrics of a registry, with labels that every sample has."""

    def __init__(self, inner: CollectorRegistry, labels: dict[str, str]) -> None:
        super().__init__(auto_describe=False)
        self._inner = inner
        self._labels = labels

    def collect(self) -> Iterable[Metric]:
        for metric in self._inner.collect():
            metric.samples = [sample._replace(labels={**sample.labels, **self._labels}) for sample in metric.samples]
            yield metric
