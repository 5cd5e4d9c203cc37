"""`console/build.py`, run as `make setup` runs it, on copies of the console's sources."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "console"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources alone, as a fresh clone has them."""
    folder = tmp_path / "console"
    shutil.copytree(CONSOLE, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__"))
    return folder


def build(folder: Path, *, python: str = sys.executable, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, folder / "build.py"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lend_packages(folder: Path) -> None:
    """Spares the copy its own quarter of a gigabyte."""
    (folder / "node_modules").symlink_to(CONSOLE / "node_modules")


def test_a_second_run_does_nothing(console_build: Path) -> None:
    before = (console_build / "graphiql" / "index.html").stat().st_mtime_ns
    started = time.monotonic()
    done = build(console_build.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "console: up to date\n", "")
    assert time.monotonic() - started < 10, "a build takes longer"
    assert (console_build / "graphiql" / "index.html").stat().st_mtime_ns == before


@pytest.mark.usefixtures("console_build")
def test_a_changed_source_is_built_again_and_mends_a_failure(copy: Path) -> None:
    lend_packages(copy)
    page = copy / "src" / "index.html"
    sound = page.read_text()
    page.write_text(sound.replace("main.tsx", "absent.tsx"))
    broken = build(copy)
    assert broken.returncode == 1
    reason = "The console's build failed: vite build ended with 1; console/dist/build.log has its output.\n"
    assert broken.stderr == (copy / "dist" / "FAILED").read_text() == reason
    assert "absent.tsx" in (copy / "dist" / "build.log").read_text()
    assert not (copy / "dist" / "graphiql").exists()

    page.write_text(sound.replace("Narthex · GraphiQL", "Another title"))
    mended = build(copy)
    assert mended.returncode == 0, mended.stderr
    assert mended.stdout.startswith("console: built with Node.js ")
    assert mended.stdout.count("\n") == 1
    assert not (copy / "dist" / "FAILED").exists()
    assert "Another title" in (copy / "dist" / "graphiql" / "index.html").read_text()


@pytest.mark.usefixtures("console_build")
def test_the_build_is_local_and_small(console_build: Path) -> None:
    index = (console_build / "graphiql" / "index.html").read_text()
    assert "http://" not in index
    assert "https://" not in index
    assert "<script>" not in index
    assets = list((console_build / "graphiql" / "assets").iterdir())
    plain = [asset for asset in assets if asset.suffix != ".gz"]
    assert sum(asset.stat().st_size for asset in plain) < 8_000_000
    packed = [asset for asset in assets if asset.suffix == ".gz"]
    assert sum(asset.stat().st_size for asset in packed) < 2_500_000
    assert "data:font" not in "".join(a.read_text() for a in plain if a.suffix == ".css")


def test_without_node_it_says_what_to_do(copy: Path, tmp_path: Path) -> None:
    # The interpreter behind the virtual environment, into which nothing may be installed.
    outside = str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")
    done = build(copy, python=outside, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "Node.js 20.19, 22.12 or newer with npm was not found" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (copy / "dist" / "FAILED").read_text() == done.stderr


def test_without_a_registry_it_fails_and_says_where_to_look(copy: Path, tmp_path: Path) -> None:
    unreachable = {
        "npm_config_registry": "http://127.0.0.1:9/",
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_fetch_retries": "0",
    }
    done = build(copy, **unreachable)
    assert done.returncode == 1
    assert done.stderr.startswith("The console's build failed: npm ci ended with ")
    assert (copy / "dist" / "FAILED").read_text() == done.stderr
    assert not (copy / "dist" / ".stamp").exists()
