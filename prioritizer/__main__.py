"""Let `python -m prioritizer` be the command line."""

from prioritizer.cli import main

if __name__ == "__main__":
    main()
