"""Metrics: what observations say, in Prometheus's text."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from gateway.metrics import Metrics
from narthex.observe import Observation


def scraped(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def observation(outcome: str = "OK", duration: float = 0.002, cached: bool = True) -> Observation:
    made = Observation("http")
    made.stages = [("plan", 0.25), ("execute", 0.5)]
    made.outcome, made.duration, made.plan_cached = outcome, duration, cached
    return made


def test_requests_are_counted_by_surface_and_outcome() -> None:
    metrics = Metrics(dict)
    for outcome in ("OK", "OK", "TIMEOUT"):
        metrics(observation(outcome))
    samples = scraped(metrics)
    assert samples["narthex_requests_total", (("outcome", "OK"), ("surface", "http"))] == 2
    assert samples["narthex_requests_total", (("outcome", "TIMEOUT"), ("surface", "http"))] == 1
    assert samples["narthex_stage_seconds_total", (("stage", "plan"),)] == 0.75
    assert samples["narthex_plans_total", (("cached", "true"),)] == 3


def test_durations_fall_into_cumulative_buckets() -> None:
    metrics = Metrics(dict)
    for duration in (0.0005, 0.001, 0.002, 29.0, 31.0):
        metrics(observation(duration=duration))
    samples = scraped(metrics)
    buckets = {
        labels[0][1]: value for (name, labels), value in samples.items() if name == "narthex_request_seconds_bucket"
    }
    assert (buckets["0.001"], buckets["0.0025"], buckets["10.0"], buckets["30.0"], buckets["+Inf"]) == (2, 3, 3, 4, 5)
    assert samples["narthex_request_seconds_count", ()] == 5
    assert samples["narthex_request_seconds_sum", ()] == 60.0035


def test_gauges_are_read_when_they_are_scraped() -> None:
    values = {"narthex_audit_waiting": ("Waiting.", 1.0)}
    metrics = Metrics(lambda: values)
    assert scraped(metrics)["narthex_audit_waiting", ()] == 1
    values["narthex_audit_waiting"] = ("Waiting.", 7.0)
    assert scraped(metrics)["narthex_audit_waiting", ()] == 7


def test_a_gateway_that_has_done_nothing_can_be_scraped() -> None:
    samples = scraped(Metrics(dict))
    assert samples["narthex_request_seconds_count", ()] == 0
    assert any(name.startswith("process_") for name, _ in samples)


def test_every_sample_of_a_worker_says_whose_it_is() -> None:
    metrics = Metrics(lambda: {"narthex_audit_waiting": ("Waiting.", 1.0)}, worker=2)
    metrics(observation())
    samples = scraped(metrics)
    assert samples["narthex_requests_total", (("outcome", "OK"), ("surface", "http"), ("worker", "2"))] == 1
    assert {dict(labels).get("worker") for _, labels in samples} == {"2"}
    assert not [labels for _, labels in scraped(Metrics(dict)) if "worker" in dict(labels)]


def test_no_label_grows_with_what_callers_send() -> None:
    metrics = Metrics(dict)
    before = len(scraped(metrics))
    for number in range(50):
        made = observation()
        made.operation_name, made.subject, made.role = f"name{number}", f"subject{number}", f"role{number}"
        metrics(made)
    text = metrics.text().decode()
    assert "name1" not in text and "subject1" not in text and "role1" not in text
    assert len(scraped(metrics)) <= before + 4
