"""`python -m validator` is `validate`."""

from validator.cli import main

main()
