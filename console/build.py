"""Builds the console's pages into `console/dist`, once per state of their sources.

In charge of finding (or installing) Node.js and npm, of one build at a time, and of a build that is either
whole or absent. Refuses to install anything outside a virtual environment, and to install or build anything
that the lock files do not name with a hash. Needs the standard library only: it runs before or after the
project's own packages are installed. Prints one line. A failure exits with 1 and leaves its reason in
`console/dist/FAILED`, which the gateway shows in place of the page; it never has to stop the gateway.
"""

import argparse
import fcntl
import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONSOLE = Path(__file__).resolve().parent
DIST = CONSOLE / "dist"
LOG = DIST / "build.log"
NODE_REQUIREMENT = CONSOLE / "requirements-node.lock"
MACHINE_NPMRC = Path("/etc/npmrc")
INPUTS = ("build.py", ".npmrc", "package.json", "package-lock.json", "tsconfig.json", "vite.config.js", "src")
# A network that swallows packets must not hold back the gateway for ever.
STEP_TIMEOUT_S = 300
PACKED_SUFFIXES = {".js", ".css", ".svg", ".ttf"}
PACKED_FROM_BYTES = 1024


class BuildError(Exception):
    """One line that says what went wrong and what to do."""


@dataclass(frozen=True)
class Node:
    npm: str
    env: dict[str, str]
    version: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", action="store_true", help="also install what type checks and browser tests need")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    options = parser.parse_args()
    DIST.mkdir(exist_ok=True)
    started = time.monotonic()
    try:
        with one_at_a_time():
            stamp = fingerprint()
            current = not options.force and is_current(stamp)
            if current and (not options.dev or has_dev_packages()):
                print("console: up to date")
                return 0
            LOG.write_text("")
            node = find_node() or install_node()
            install_packages(node, dev=options.dev)
            if current:
                print("console: up to date, with what its tests need")
                return 0
            size = build(node)
            (DIST / ".stamp").write_text(stamp)
            (DIST / "FAILED").unlink(missing_ok=True)
    except (BuildError, OSError) as error:
        reason = f"The console's build failed: {error}"
        (DIST / ".stamp").unlink(missing_ok=True)
        (DIST / "FAILED").write_text(reason + "\n")
        print(reason, file=sys.stderr)
        return 1
    seconds = time.monotonic() - started
    print(f"console: built with Node.js {node.version} in {seconds:.1f} s, {size / 1e6:.1f} MB")
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (DIST / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = CONSOLE / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{file.relative_to(CONSOLE).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def is_current(stamp: str) -> bool:
    stamped = DIST / ".stamp"
    built = (DIST / "graphiql" / "index.html").is_file() and not (DIST / "FAILED").exists()
    return built and stamped.is_file() and stamped.read_text() == stamp


def has_dev_packages() -> bool:
    return (CONSOLE / "node_modules" / "playwright-core").is_dir()


def find_node() -> Node | None:
    """Node.js and npm of the virtual environment, else of the machine, if they are new enough for Vite."""
    own = Path(sys.executable).parent
    path = os.environ.get("PATH", os.defpath)
    for candidate in (f"{own}{os.pathsep}{path}" if in_virtual_environment() else path, path):
        node, npm = shutil.which("node", path=candidate), shutil.which("npm", path=candidate)
        if node is None or npm is None:
            continue
        answer = subprocess.run(  # noqa: S603 - what PATH names is what the user runs
            [node, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
        version = answer.stdout.strip().removeprefix("v")
        if answer.returncode == 0 and is_new_enough(version):
            return Node(npm, os.environ | {"PATH": candidate} | machine_settings(npm, own), version)
    return None


def machine_settings(npm: str, own: Path) -> dict[str, str]:
    """An npm of the virtual environment looks for the machine's settings beside itself: what stands in /etc/npmrc (a
    registry, certificates) holds for it too."""
    named = any(name.lower() == "npm_config_globalconfig" for name in os.environ)
    if named or Path(npm).parent != own or not MACHINE_NPMRC.is_file():
        return {}
    return {"NPM_CONFIG_GLOBALCONFIG": str(MACHINE_NPMRC)}


def is_new_enough(version: str) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)\.", version)
    if numbers is None:
        return False
    major, minor = int(numbers[1]), int(numbers[2])
    return (major, minor) >= (22, 12) or (major == 20 and minor >= 19)


def in_virtual_environment() -> bool:
    return sys.prefix != sys.base_prefix


def install_node() -> Node:
    wanted = "Node.js 20.19, 22.12 or newer with npm"
    if not in_virtual_environment():
        raise BuildError(f"{wanted} was not found; install it, or run this with the Python of .venv.")
    uv = shutil.which("uv")
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    elif uv is not None:
        command = [uv, "pip", "install", "--python", sys.executable]
    else:
        raise BuildError(f"{wanted} was not found, and neither pip nor uv is here to install it.")
    command += ["--require-hashes", "--only-binary", ":all:", "-r", str(NODE_REQUIREMENT)]
    run("installing Node.js from the package index", command, dict(os.environ))
    node = find_node()
    if node is None:
        raise BuildError(f"the installed Node.js does not start on this machine; install {wanted} by hand.")
    return node


def install_packages(node: Node, *, dev: bool) -> None:
    # What is there for a developer stays there when the same tree is only built again.
    dev = dev or has_dev_packages()
    installed = CONSOLE / "node_modules" / ".installed"
    lock = hashlib.sha256((CONSOLE / "package-lock.json").read_bytes()).hexdigest()
    state = f"{lock} {node.version} {'dev' if dev else 'build'}"
    if installed.is_file() and installed.read_text() == state:
        return
    command = [node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    run("npm ci", command if dev else [*command, "--omit=dev"], node.env)
    installed.write_text(state)


def build(node: Node) -> int:
    fresh, final, old = DIST / ".fresh", DIST / "graphiql", DIST / ".old"
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    run("vite build", [node.npm, "run", "build"], node.env | {"CONSOLE_OUT_DIR": str(fresh)})
    if not (fresh / "index.html").is_file():
        raise BuildError("vite build left no index.html; console/dist/build.log has its output.")
    size = pack(fresh)
    if final.exists():
        final.rename(old)
    fresh.rename(final)
    shutil.rmtree(old, ignore_errors=True)
    return size


def pack(folder: Path) -> int:
    """Puts a gzip file beside each asset that shrinks; returns the size of the assets as they are."""
    size = 0
    for file in sorted((folder / "assets").iterdir()):
        content = file.read_bytes()
        size += len(content)
        if file.suffix in PACKED_SUFFIXES and len(content) >= PACKED_FROM_BYTES:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 6, mtime=0))
    return size


def run(step: str, command: list[str], env: dict[str, str]) -> None:
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        try:
            subprocess.run(  # noqa: S603 - the commands are written out above
                command,
                cwd=CONSOLE,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=STEP_TIMEOUT_S,
                check=True,
            )
        except subprocess.TimeoutExpired:
            raise BuildError(f"{step} took longer than {STEP_TIMEOUT_S} s; is the network there?") from None
        except subprocess.CalledProcessError as error:
            raise BuildError(f"{step} ended with {error.returncode}; console/dist/build.log has its output.") from None


if __name__ == "__main__":
    sys.exit(main())
