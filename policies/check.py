"""An overlay held against the schema that is served: the last step of loading policies.

Refuses, all at once and each with its place, coordinates that name nothing, directives and arguments that do not fit
what the coordinate stands for, and lines that contradict themselves. What is lawful but likely meant otherwise becomes
a note of the policy. After a change of the database `known` is handed on: then a name that has gone is a note too,
because what does not exist opens nothing, and the rest of the policies must follow the new schema.
"""

from __future__ import annotations

from collections.abc import Collection

from policies.check_access import check_access
from policies.check_guards import check_guards
from policies.decide import Policy
from policies.findings import Findings
from policies.lookup import Lookup
from policies.names import renames
from policies.overlay import Overlay
from policies.problems import PolicyError
from policies.targets import Known, Targets
from schema.model import Model


def check(overlay: Overlay, model: Model, control_fields: Collection[str], known: Known | None = None) -> Policy:
    """The policy in force for the model, or `PolicyError`.

    `control_fields` are the coordinates of the control plane's root fields (`Query.me`). `known` is absent when the
    text of the policies was just loaded, and `Policy.known` of the policy before when only the schema has changed.
    """
    targets = Targets(model, control_fields)
    findings = Findings()
    lookup = Lookup(targets, known, renames(overlay), findings)
    check_access(overlay.lines, lookup, findings)
    guards = check_guards(overlay.lines, lookup, findings)
    if findings.problems:
        raise PolicyError(findings.problems)
    return Policy(overlay, targets, known or targets.known(), findings.notes, guards)
