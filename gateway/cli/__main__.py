"""`python -m gateway.cli` is `narthex`."""

from gateway.cli import main

main()
