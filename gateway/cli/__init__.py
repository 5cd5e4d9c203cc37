"""The command line. Exit codes: 0 done, 1 it says no, 2 misuse or a mistake in the project."""


def main() -> None:
    """The entry point of `narthex`."""
    from gateway.cli.app import run

    run()
