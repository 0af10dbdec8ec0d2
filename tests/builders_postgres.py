"""A PostgreSQL server of our own, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

PASSWORD = "only-for-this-test"  # noqa: S105


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None if there is none."""
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    whole = [each for each in folders if (each / "initdb").is_file()]
    return whole[-1] if whole else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server that listens on a socket in its own folder; give its address."""
    folder = Path(mkdtemp(prefix="pg-", dir="/tmp"))
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    if os.getuid() == 0:  # the server refuses to run as root
        for path in (folder, secret):
            shutil.chown(path, "postgres")
    data = folder / "data"
    try:
        _run("initdb", "-D", data, "-U", "keeper", "--pwfile", secret, *_INIT)
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        log = ("-l", folder / "log")
        _run("pg_ctl", "-D", data, "-w", *log, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://keeper@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


_INIT = ("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C")


def _run(program: str, *arguments: object) -> None:
    folder = binaries()
    assert folder is not None
    command = [str(folder / program), *map(str, arguments)]
    if os.getuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, check=False, timeout=60, cwd="/"
    )
    assert done.returncode == 0, program
