"""The settle stage: what was used against what was reserved. It runs however a request ends.

Reads reserve nothing yet, so there is nothing to give back; what they used is noted for the record and the metrics.
"""

from __future__ import annotations

from gateway.respond import Reply
from narthex.observe import Observation


def settle(observation: Observation, reply: Reply) -> None:
    """Note how the request ended."""
    observation.outcome = reply.outcome()
