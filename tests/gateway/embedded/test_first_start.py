"""Gateways that start at the same moment on a machine where none has run before."""

from __future__ import annotations

import os
import pwd
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_TOGETHER = 4
_ACCOUNT = """
import sys
from gateway.embedded import account
account.SYSTEM_ACCOUNT = sys.argv[1]
print(flush=True)
sys.stdin.readline()
found = account.server_account()
print(found.uid, found.gid)
"""
_BINARIES = """
import sys
from pathlib import Path
from gateway.embedded import binaries
from gateway.embedded.account import Account
binaries.SYSTEM_ROOT = Path(sys.argv[1])
print(flush=True)
sys.stdin.readline()
found = binaries.postgres_binaries(Account("somebody", 12345, 12345, drops=True))
assert all(found.program(name).stat().st_mode & 0o5 == 0o5 for name in ("initdb", "postgres"))
print(found.folder)
"""


def at_once(program: str, argument: str) -> Sequence[str]:
    """What several processes print that run the program from its `readline` on at the same time."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
        for _ in range(_TOGETHER)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * _TOGETHER
    return said


@pytest.fixture
def account_name() -> Iterator[str]:
    name = f"narthex-{secrets.token_hex(4)}"
    yield name
    if os.geteuid() == 0:
        subprocess.run(["userdel", name], check=True)


def test_all_have_the_same_account(account_name: str) -> None:
    said = at_once(_ACCOUNT, account_name)
    found = pwd.getpwnam(account_name) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    assert said == [f"{found.pw_uid} {found.pw_gid}"] * _TOGETHER


def test_all_have_the_whole_programs(data_dir: Path) -> None:
    said = at_once(_BINARIES, str(data_dir))
    assert len(set(said)) == 1 and said[0].startswith(f"{data_dir}/postgres-")
    assert len(list(data_dir.iterdir())) == 2  # the programs and the lock, nothing half done
