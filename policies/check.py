"""An overlay held against the schema that is served: the last step of loading policies.

Refuses, all at once and each with its place, coordinates that name nothing, directives and arguments that do not fit
what the coordinate stands for, and lines that contradict themselves. What is lawful but likely meant otherwise becomes
a note of the policy. After a change of the database `known` is handed on: then a name that has gone is a note too,
because what does not exist opens nothing, and the rest of the policies must follow the new schema.

Lines in comments of the database are added to those of the files. They may only tighten, and never refuse the policies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from policies.check_access import check_access
from policies.check_admission import check_admission
from policies.check_guards import Guards, check_guards
from policies.comments import read_comments
from policies.decide import Policy
from policies.findings import Findings
from policies.lookup import Lookup
from policies.names import renames
from policies.overlay import Line, Overlay
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
    guards = _check(overlay.lines, lookup, findings)
    if findings.problems:
        raise PolicyError(findings.problems)
    comments = read_comments(model, lambda line, found: _check([line], Lookup(targets, None, {}, found), found))
    notes = [*findings.notes, *comments.notes]
    if comments.lines:
        together = Findings()
        lookup = Lookup(targets, known, {}, together)
        guards = check_guards([*overlay.lines, *comments.lines], lookup, together)
        notes = list(dict.fromkeys([*notes, *together.notes]))
    return Policy(overlay, targets, known or targets.known(), notes, guards, comments.lines)


def _check(lines: Sequence[Line], lookup: Lookup, findings: Findings) -> Guards:
    """All that is checked about lines, whether they stand in files or in a comment of the database."""
    check_access(lines, lookup, findings)
    check_admission(lines, lookup, findings)
    return check_guards(lines, lookup, findings)
