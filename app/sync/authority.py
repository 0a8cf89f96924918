"""The keys of a headquarters: made once, known by their digits, handed over to new ones, taken back from the safe (trust.md e)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import files, passphrase
from app.sync.bundle import fingerprint, signed
from app.sync.strict import strict
from app.unit_tree import own_unit
from db import keystore
from db.connection import expected_errors
from db.errors import ExpectedError
from db.journal import now_text
from db.message import Message
from db.statements import Prepared
from db.store import Store
from db.system import Authority, read_meta, write_meta
from db.text import canonical

APP = "nennep 0.1.0"
PUBLIC_KIND = "headquarters-keys"
HANDED_OVER = b"NNP1-KEYS\0"
"""What stands before the bytes that old keys sign when new ones take their place."""
_MOST_KEYS = 65_536
_STEPS = "keys:handover"
"""The fact that holds, as JSON, every step from our first keys to those in use; each answer carries them."""
_WORDS = "keys:words"
"""The fact that holds the words of the file in the safe until somebody has shown that they are on paper."""


@dataclass(frozen=True)
class Above:
    """Keys of a headquarters. ``secret`` and ``identity`` are None for those of others."""

    sign: str
    office: str
    name: str
    working: str
    safe: str
    secret: bytes | None
    identity: str | None
    replaced: str | None = None
    """Local time at which other keys took their place; None while they are in use."""

    @property
    def digits(self) -> str:
        """The 24 digits by which people compare these keys."""
        return fingerprint(bytes.fromhex(self.sign), self.working.encode(), self.safe.encode())

    def public(self) -> dict[str, Any]:
        """Give what others may know."""
        return {"v": 1, "kind": PUBLIC_KIND, "office": self.office, "name": self.name, "sign": self.sign, "working": self.working,
                "safe": self.safe}  # fmt: skip


_ALL_KEYS = Prepared(
    Authority.select(*(getattr(Authority, name) for name in Above.__dataclass_fields__)).order_by(Authority.since.desc()).tuples()
)


def office_code(store: Store) -> str:
    """Give the code of our own office."""
    return str(read_meta(store.database, "office"))


def office_name(store: Store) -> str:
    """Give the name of our own unit as it is today."""
    return store.names.label("unit", own_unit(store), None)


def all_keys(store: Store) -> list[Above]:
    """Give all keys known here, ours and others', the newest first; those that were replaced are kept too."""
    return [Above(*row) for row in store.run(_ALL_KEYS)]


def own_keys(store: Store) -> Above | None:
    """Give our keys as a headquarters; None when nobody sends to us."""
    return next((keys for keys in all_keys(store) if keys.secret is not None and keys.replaced is None), None)


def above(store: Store) -> Above | None:
    """Give the keys of the headquarters that we send to; None before there is one."""
    return next((keys for keys in all_keys(store) if keys.secret is None and keys.replaced is None), None)


@dataclass(frozen=True)
class Made:
    """New keys of a headquarters: the file for all offices, the file for the safe and the words that open it.

    The words are '' after a change of keys: its file for the safe is opened by the first one.
    """

    keys: Above
    public: Path
    safe: Path
    words: str


def make_keys(store: Store, to: Path, by: str) -> Made:
    """Make our keys as a headquarters, once, and write the file for the offices and the one for the safe into ``to``.

    The identity of the safe key is in that second file only, locked by the words that are given back: nothing else can ever open it, so
    they are kept until ``words_written``. Raises ExpectedError.
    """
    store.allow(by, "users")
    if own_keys(store) is not None:
        raise ExpectedError("keys", "Cơ quan này đã có khóa.", "Khóa chỉ tạo một lần; xem mã đối chiếu bằng lệnh sync keys.")
    safe = pyrage.x25519.Identity.generate()
    keys = _new_keys(store, str(safe.to_public()))
    words = "-".join((passphrase.new_password(), passphrase.new_password()))
    folder = files.make_folder(to)
    shown, locked = folder / f"khoa-{keys.office}.json", folder / safe_file(keys)
    kept = canonical(keys.public() | _hidden(keys) | {"safe_identity": str(safe)})
    with expected_errors(), store.transaction():
        _follow(store, keys, own=1)
        write_meta(store.database, _WORDS, words)
        store.audit("keys.make", {"sign": keys.sign, "digits": keys.digits}, by)
        files.put(locked, pyrage.passphrase.encrypt(kept, words))
        files.put(shown, canonical(keys.public()))
    return Made(keys, shown, locked, words)


def safe_file(keys: Above) -> str:
    """Give the name of the first file for the safe."""
    return f"khoa-du-phong-{keys.office}.age"


def unwritten_words(store: Store, by: str) -> str:
    """Give the words of the file in the safe while nobody has shown that they are on paper; '' afterwards. Raises ExpectedError."""
    store.allow(by, "users")
    return read_meta(store.database, _WORDS) or ""


def words_written(store: Store, by: str) -> None:
    """Forget the words: somebody has read one of them off paper. Raises ExpectedError."""
    store.allow(by, "users")
    with store.transaction():
        write_meta(store.database, _WORDS, "")
        store.audit("keys.words", {}, by)


def _new_keys(store: Store, safe: str) -> Above:
    secret, public = keystore.new_device_key()
    working = pyrage.x25519.Identity.generate()
    return Above(public.hex(), office_code(store), office_name(store), str(working.to_public()), safe, secret, str(working))


def _hidden(keys: Above) -> dict[str, str]:
    return {"secret": (keys.secret or b"").hex(), "working_identity": keys.identity or ""}


def rotate_keys(store: Store, to: Path, by: str) -> Made:
    """Put new working and signing keys in the place of ours; the old ones sign them, and every answer leads an office from any to the last.

    The old ones stay here: what was encrypted to them on the way is still read. The key in the safe does not change; the second file for
    the safe, encrypted to it, brings the new keys back together with the first. Raises ExpectedError.
    """
    store.allow(by, "users")
    before = require_own(store)
    keys, steps = _new_keys(store, before.safe), handover(store)
    step = _signed_step(before, keys)
    folder = files.make_folder(to)
    locked = folder / f"khoa-du-phong-{keys.office}-{len(steps) + 2}.age"
    kept = pyrage.encrypt(canonical(step | _hidden(keys)), [pyrage.x25519.Recipient.from_str(keys.safe)])
    with expected_errors(), store.transaction():
        _follow(store, keys, own=1)
        write_meta(store.database, _STEPS, json.dumps([*steps, step]))
        store.audit("keys.rotate", {"sign": keys.sign, "before": before.sign, "digits": keys.digits}, by)
        files.put(locked, kept)
    return Made(keys, write_public(store, folder), locked, "")  # once the keys are here: nobody sends to keys that never were


def write_public(store: Store, to: Path) -> Path:
    """Write the file of our keys for offices that join, again if need be. Raises ExpectedError: no keys, the folder."""
    keys = require_own(store)
    path = files.make_folder(to) / f"khoa-{keys.office}.json"
    files.put(path, canonical(keys.public()))
    return path


def require_own(store: Store) -> Above:
    """Give our keys as a headquarters; raise ExpectedError before there are any."""
    keys = own_keys(store)
    if keys is None:
        raise ExpectedError("keys", "Cơ quan này chưa có khóa.", "Hãy tạo khóa ở trang Gửi, nhận dữ liệu (lệnh sync keys --make).")
    return keys


def handover(store: Store) -> list[dict[str, str]]:
    """Give the steps from our first keys to those in use, oldest first; [] when they were never changed."""
    found: list[dict[str, str]] = json.loads(read_meta(store.database, _STEPS) or "[]")
    return found


def _signed_step(before: Above, keys: Above) -> dict[str, str]:
    step = {"by": before.sign, "office": keys.office, "name": keys.name, "sign": keys.sign, "working": keys.working, "safe": keys.safe}
    secret = Ed25519PrivateKey.from_private_bytes(before.secret or b"")
    return step | {"signature": secret.sign(HANDED_OVER + canonical(step)).hex()}


def _next(before: Above, step: Mapping[str, str]) -> Above | None:
    """Give the keys of a step that ``before`` signed: same office, same key in the safe; None for any other."""
    said = {name: step[name] for name in ("by", "office", "name", "sign", "working", "safe")}
    if (said["by"], said["office"], said["safe"]) != (before.sign, before.office, before.safe):
        return None
    if not signed(bytes.fromhex(before.sign), HANDED_OVER + canonical(said), bytes.fromhex(step["signature"])):
        return None
    return Above(said["sign"], before.office, said["name"], said["working"], before.safe, None, None)


def followers(before: Above, manifest: Mapping[str, Any]) -> list[Above]:
    """Give the keys that took the place of ``before``, in order, up to those that signed; [] when the steps do not lead there."""
    found: list[Above] = []
    at = before
    for step in manifest.get("handover", ()):
        after = _next(at, step)
        if after is not None:
            at = after
            found.append(at)
        if at.sign == manifest["sign"]:
            return found
    return []


def follow(store: Store, manifest: Mapping[str, Any], by: str) -> Above | None:
    """Take the keys that headquarters has put in the place of those we know, in the open transaction; None when they are the same."""
    before = above(store)
    found = followers(before, manifest) if before is not None else []
    for keys in found:
        _follow(store, keys, own=0)
    if not found:
        return None
    store.audit("keys.follow", {"sign": found[-1].sign, "office": found[-1].office}, by)
    return found[-1]


def recover_keys(store: Store, path: Path, words: str, by: str) -> Above:
    """Take our own keys back from the file of the safe, after the headquarters' machine was lost, or an older copy of it came back.

    What later changes of keys put beside that file is taken too. The words count with hyphens or spaces between them, as they were read
    off their sheet. Raises ExpectedError.
    """
    store.allow(by, "users")
    try:
        said = strict(pyrage.passphrase.decrypt(_read(path), "-".join(words.lower().replace("-", " ").split())))
        first = _of_json(said, bytes.fromhex(said["secret"]), str(said["working_identity"]))
        safe = pyrage.x25519.Identity.from_str(said["safe_identity"])
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError, KeyError, TypeError):
        raise ExpectedError("keys", "Không mở được tệp khóa dự phòng.", "Hãy kiểm tra tệp và các từ khóa ghi kèm.") from None
    if first.office != office_code(store):
        raise ExpectedError("keys", Message("Khóa này của {office}.", office=first.office), "Hãy lấy đúng tệp khóa của cơ quan mình.")
    later, steps = _later(path, first, safe)
    found, known = [first, *later], {keys.sign for keys in all_keys(store) if keys.secret is not None}
    if all(keys.sign in known for keys in found):
        raise ExpectedError("keys", "Cơ quan này đã có khóa.", "Không cần lấy lại khóa từ tệp dự phòng.")
    with store.transaction():
        for keys in found:
            _follow(store, keys, own=1)
        write_meta(store.database, _STEPS, json.dumps(steps))
        store.audit("keys.recover", {"sign": found[-1].sign}, by)
    return found[-1]


def _later(path: Path, first: Above, safe: Any) -> tuple[list[Above], list[dict[str, str]]]:
    """Give the keys of the safe's later files beside the first, each signed by the one before, and the steps to them."""
    waiting = []
    for one in sorted(path.parent.glob(f"khoa-du-phong-{first.office}-*.age")):
        try:
            said = strict(pyrage.decrypt(_read(one), [safe]))
            waiting.append((said, bytes.fromhex(said["secret"]), str(said["working_identity"])))
        except (pyrage.DecryptError, ValueError, KeyError, TypeError):
            continue  # not written by us: anyone may encrypt to the safe's key
    found, steps, at = list[Above](), list[dict[str, str]](), first
    while True:
        step = next((one for one in waiting if _is_whole(_next(at, one[0]), *one[1:])), None)
        if step is None:
            return found, steps
        waiting.remove(step)  # keys that lead back to earlier ones would lead on for ever
        said, secret, identity = step
        at = Above(said["sign"], first.office, said["name"], said["working"], first.safe, secret, identity)
        found.append(at)
        steps.append({name: said[name] for name in ("by", "office", "name", "sign", "working", "safe", "signature")})


def _is_whole(keys: Above | None, secret: bytes, identity: str) -> bool:
    """Tell whether the secret parts are those of the public ones."""
    if keys is None:
        return False
    try:
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()
        return (public, str(pyrage.x25519.Identity.from_str(identity).to_public())) == (keys.sign, keys.working)
    except (ValueError, pyrage.IdentityError):
        return False


def read_keys(path: Path) -> Above:
    """Give the keys in a headquarters' public file. Raises ExpectedError when it is none."""
    try:
        return _of_json(strict(_read(path)), None, None)
    except (ValueError, KeyError, TypeError):
        raise ExpectedError(
            "keys",
            Message("{name} không phải tệp khóa của cấp trên.", name=files.shown_name(path.name)),
            "Hãy chọn tệp khoa-….json do cấp trên gửi.",
        ) from None


def take_keys(store: Store, path: Path, digits: str, by: str) -> Above:
    """Trust a headquarters: all 24 digits of the official letter must be those of the file. Raises ExpectedError."""
    store.allow(by, "users")
    keys = read_keys(path)
    typed = "".join(character for character in digits if character.isdecimal())
    if typed != keys.digits.replace(" ", ""):
        raise ExpectedError(
            "digits",
            "Mã đối chiếu không khớp với tệp khóa.",
            "Hãy nhập đủ 24 chữ số trong công văn của cấp trên; nếu vẫn không khớp, đừng dùng tệp này và báo cấp trên.",
        )
    before = above(store)
    if before is not None and before.sign == keys.sign:
        return before
    with store.transaction():
        _follow(store, keys, own=0)
        store.audit("keys.take", {"sign": keys.sign, "office": keys.office}, by)
    return keys


def _follow(store: Store, keys: Above, own: int) -> None:
    """Enter keys as those in use, in the place of the ones before. Raises ExpectedError for keys of others that are ours."""
    if not own and (keys.office == office_code(store) or any(keys.sign == one.sign and one.secret for one in all_keys(store))):
        raise ExpectedError(
            "keys", "Đây là khóa của chính cơ quan này, không phải của cấp trên.", "Hãy chọn tệp khoa-….json do cấp trên gửi."
        )
    store.execute(Authority.update(replaced=now_text()).where((Authority.own == own) & Authority.replaced.is_null()))
    store.execute(
        Authority.insert(
            sign=keys.sign, office=keys.office, name=keys.name, working=keys.working, safe=keys.safe, secret=keys.secret,
            identity=keys.identity, own=own, since=now_text(),
        ).on_conflict_replace()
    )  # fmt: skip


def _of_json(said: Any, secret: bytes | None, identity: str | None) -> Above:
    if said["kind"] != PUBLIC_KIND or said["v"] != 1 or len(bytes.fromhex(said["sign"])) != 32:
        raise ValueError("kind")
    try:
        for name in ("working", "safe"):
            pyrage.x25519.Recipient.from_str(said[name])
    except pyrage.RecipientError:
        raise ValueError("recipient") from None
    return Above(said["sign"], str(said["office"]), str(said["name"]), said["working"], said["safe"], secret, identity)


def _read(path: Path) -> bytes:
    with expected_errors():
        try:
            with path.open("rb") as file:
                return file.read(_MOST_KEYS)
        except (FileNotFoundError, IsADirectoryError):
            raise ExpectedError("missing", Message("Không thấy tệp {path}.", path=path), "Hãy kiểm tra đường dẫn.") from None


def require_above(store: Store) -> Above:
    """Give the keys of the headquarters; raise ExpectedError before there are any."""
    keys = above(store)
    if keys is None:
        raise ExpectedError("keys", "Chưa có khóa của cấp trên.", "Hãy nhận tệp khóa ở trang Gửi, nhận dữ liệu (lệnh sync keys --take).")
    return keys
