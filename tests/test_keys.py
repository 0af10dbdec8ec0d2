from __future__ import annotations

import logging
import os
import pickle
import re
import signal
import stat
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest

from prioritizer.errors import SettingsError
from prioritizer.privacy import PUBLIC_KEY, key_check, key_from, load_key

HEX = "0123456789abcdef" * 4
OTHER_HEX = "ab" * 32
needs_posix = pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")


def key_file(path, text=HEX, mode=0o600):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_file_is_made_for_its_owner_only_and_used_again(tmp_path):
    path = tmp_path / "keys" / "identifier.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert [each.name for each in path.parent.iterdir()] == ["identifier.key"]


@needs_posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777], ids=oct)
def test_a_key_file_is_its_owners_whatever_rights_new_files_have(tmp_path, mask):
    path = tmp_path / "identifier.key"
    with umask(mask):
        load_key(path)
    assert mode_of(path) == 0o600


@needs_posix
def test_new_folders_of_a_key_are_their_owners_too(tmp_path):
    with umask(0):
        load_key(tmp_path / "a" / "b" / "key")
    assert [mode_of(tmp_path / "a"), mode_of(tmp_path / "a" / "b")] == [0o700] * 2


def test_two_key_files_hold_different_keys(tmp_path):
    assert load_key(tmp_path / "a") != load_key(tmp_path / "b") != PUBLIC_KEY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"00" * 31, id="too short"),
        pytest.param(b"00" * 33, id="too long"),
        pytest.param(b"zz" * 32, id="not hexadecimal"),
        pytest.param(b"\xff" * 64, id="not text"),
        pytest.param(b"00 " * 32, id="blanks within"),
        pytest.param(b"00" * 32 + b" " * 999 + b"1", id="much more"),
    ],
)
def test_a_bad_key_file_is_refused_and_left_alone(tmp_path, text):
    path = key_file(tmp_path / "key", text)
    with pytest.raises(SettingsError, match="key cannot be read or made"):
        load_key(path)
    assert path.read_bytes() == text


@pytest.mark.parametrize("name", [".", "file/key"], ids=["a folder", "below a file"])
def test_a_key_that_cannot_be_made_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="key cannot be read or made"):
        load_key(tmp_path / name)


@needs_posix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(SettingsError, match="key cannot be read or made"):
        load_key(tmp_path / "key")


@needs_posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622], ids=oct)
def test_a_key_file_that_others_may_use_is_refused_with_the_command_that_mends(
    tmp_path, mode
):
    path = key_file(tmp_path / "key", mode=mode)
    with pytest.raises(SettingsError, match=re.escape(f"chmod 600 {path}")):
        load_key(path)
    path.chmod(0o600)
    assert load_key(path).hex() == HEX


KILLED = """
import os, signal, sys
from pathlib import Path
from prioritizer.privacy import load_key

{change}
load_key(Path(sys.argv[1]))
"""
DIE = "os.kill(os.getpid(), signal.SIGKILL)"


@needs_posix
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(f"os.fsync = lambda handle: {DIE}", id="half written"),
        pytest.param(f"os.link = lambda draft, path: {DIE}", id="not yet named"),
    ],
)
def test_a_run_killed_while_it_makes_a_key_leaves_none_behind(tmp_path, change):
    path = tmp_path / "key"
    code = KILLED.format(change=change)
    ended = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not path.exists()
    assert len(load_key(path)) == 32


@needs_posix
def test_a_key_that_was_named_before_the_kill_is_the_key(tmp_path):
    path = tmp_path / "key"
    code = KILLED.format(change=f"Path.unlink = lambda *_, **__: {DIE}")
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert load_key(path).hex() == path.read_text(encoding="ascii")


@pytest.mark.parametrize("has_links", [True, False], ids=["", "without links"])
def test_all_who_make_a_key_at_once_get_the_same(tmp_path, monkeypatch, has_links):
    if not has_links:
        monkeypatch.setattr(os, "link", lambda *_: (tmp_path / "no").stat())
    path, at_once = tmp_path / "key", Barrier(8)

    def first_use(_):
        at_once.wait()
        return load_key(path) if has_links else load_patiently(path)

    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(first_use, range(8)))
    assert keys == {load_key(path)}


def load_patiently(path):
    """Without links a file may be found cut short, which is refused, not used."""
    for _ in range(1000):
        try:
            return load_key(path)
        except SettingsError:
            continue
    raise AssertionError("never whole")


def test_the_environment_holds_a_key_in_place_of_a_file(tmp_path):
    path = tmp_path / "key"
    assert key_from(f" {HEX.upper()}\n", path).hex() == HEX
    assert not path.exists()
    assert key_from(HEX, None).hex() == HEX


def test_without_a_value_the_file_holds_the_key(tmp_path):
    path = tmp_path / "key"
    assert key_from(None, path) == load_key(path)
    with pytest.raises(SettingsError, match="no key to hash"):
        key_from(None, None)


def test_a_value_and_a_file_must_hold_one_key(tmp_path):
    path = key_file(tmp_path / "key")
    assert key_from(HEX, path).hex() == HEX
    with pytest.raises(SettingsError, match="two different keys"):
        key_from(OTHER_HEX, path)
    with pytest.raises(SettingsError, match="cannot be read"):
        key_from(HEX, tmp_path)


ODD = [
    pytest.param("", id="empty"),
    pytest.param(HEX[1:], id="too short"),
    pytest.param(HEX + "0", id="too long"),
    pytest.param("g" * 64, id="not hexadecimal"),
    pytest.param("\uff11" * 64, id="wide digits"),
    pytest.param(HEX[:32] + " " + HEX[32:], id="a blank within"),
]


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_is_refused_and_not_repeated(tmp_path, value):
    with pytest.raises(SettingsError, match="not 64 hexadecimal digits") as caught:
        key_from(value, tmp_path / "key")
    said = "".join(traceback.format_exception(caught.value))
    assert not value or value not in said
    assert caught.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


def test_a_key_never_shows_itself(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    key = key_from(HEX, key_file(tmp_path / "key"))
    shown = f"{key!r} {key} {[key]} {pickle.loads(pickle.dumps(key))!r}"  # noqa: S301
    assert shown == " ".join(
        ["<a key, not shown>"] * 2 + ["[<a key, not shown>]", "<a key, not shown>"]
    )
    with pytest.raises(SettingsError) as caught:
        key_from(OTHER_HEX, tmp_path / "key")
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert not [text for text in (HEX, OTHER_HEX) if text in said]


def test_a_check_tells_keys_apart_and_not_what_they_are():
    one, other = bytes.fromhex(HEX), bytes.fromhex(OTHER_HEX)
    assert re.fullmatch("[0-9a-f]{16}", key_check(one))
    assert key_check(one) == key_check(bytes(one)) != key_check(other)
    assert key_check(one) not in HEX
    # Tables keep it, so it may never change.
    assert int(key_check(PUBLIC_KEY), 16) == 4_189_732_051_831_464_208
