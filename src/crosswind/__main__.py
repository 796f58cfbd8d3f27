"""`python -m crosswind`."""

from crosswind.cli.main import main

if __name__ == "__main__":
    main()
