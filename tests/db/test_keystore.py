"""keys.json: who gets in, who does not, and what a changed byte does."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import key_slots, keystore, lockout, passwords
from db.errors import ExpectedError
from db.key_slots import FLOOR, Cost
from db.keystore import FILE, SPARE
from db.text import canonical
from tests import ledger, quick_keys
from tests.ledger import OTHER_PASSWORD, PASSWORD


def code_of(error: pytest.ExceptionInfo[ExpectedError]) -> str:
    return error.value.code


def refusal(read: Callable[[], object]) -> ExpectedError | None:
    """Give the refusal; None when it was accepted."""
    try:
        read()
    except ExpectedError as error:
        return error
    return None


def with_sum(plain: dict[str, Any]) -> bytes:
    """What a forger without the data key can write: everything right but the MAC."""
    plain = {name: value for name, value in plain.items() if name != "sum"}
    return canonical(plain | {"sum": hashlib.sha256(canonical(plain)).hexdigest()})


def test_each_user_and_the_recovery_code_open_the_same_key(tmp_path: Path) -> None:
    made, code = ledger.office(tmp_path)
    assert keystore.unlock(tmp_path, "admin", PASSWORD).data_key == made.data_key
    opened = keystore.unlock(tmp_path, "binh", OTHER_PASSWORD)
    assert (opened.data_key, opened.user_id, opened.db_path) == (made.data_key, "binh", made.db_path)
    assert keystore.unlock_with_code(tmp_path, code.replace(" ", " – ")).data_key == made.data_key


def test_a_password_typed_in_decomposed_letters_is_the_same_password(tmp_path: Path) -> None:
    made, _ = ledger.office(tmp_path)
    assert keystore.unlock(tmp_path, "admin", unicodedata.normalize("NFD", PASSWORD)).data_key == made.data_key


def test_a_wrong_password_says_so_and_leaves_keys_and_data_alone(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    before = ledger.tree(tmp_path)
    with pytest.raises(ExpectedError, match="Sai mật khẩu") as error:
        keystore.unlock(tmp_path, "admin", OTHER_PASSWORD)
    assert code_of(error) == "password"
    after = ledger.tree(tmp_path)
    assert after.pop(lockout.FILE)
    assert after == before


def test_an_unknown_user_is_told_who_there_is(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    with pytest.raises(ExpectedError, match="admin, binh"):
        keystore.unlock(tmp_path, "chien", PASSWORD)


def test_a_code_of_another_office_is_not_a_typing_mistake(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    with pytest.raises(ExpectedError, match="không phải của dữ liệu này") as error:
        keystore.unlock_with_code(tmp_path, passwords.new_code())
    assert code_of(error) == "code"


@pytest.mark.parametrize(
    ("change", "code"), [(lambda c: c[:-1], "code-form"), (lambda c: c + "1", "code-form"), (lambda c: "", "code-form")]
)
def test_a_code_of_the_wrong_length_is_refused_before_any_key_is_derived(change: Any, code: str) -> None:
    with pytest.raises(ExpectedError) as error:
        passwords.code_digits(change(passwords.new_code()))
    assert code_of(error) == code


@given(st.integers(0, 10**30 - 1), st.integers(0, 31), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_code_is_found(number: int, place: int, shift: int) -> None:
    digits = f"{number:030d}"
    digits += f"{98 - int(digits) * 100 % 97:02d}"
    assert passwords.code_digits(digits) == digits
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(ExpectedError, match="kiểm tra không khớp"):
        passwords.code_digits(wrong)


@given(st.integers(0, 10**30 - 1), st.integers(0, 30))
def test_two_neighbouring_digits_swapped_are_found(number: int, place: int) -> None:
    digits = f"{number:030d}"
    digits += f"{98 - int(digits) * 100 % 97:02d}"
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(ExpectedError, match="kiểm tra không khớp"):
            passwords.code_digits(swapped)


# --- the file -----------------------------------------------------------------------------------------------------------


def test_every_bit_of_every_byte_flipped_is_refused_before_a_password_is_tried(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    raw = (tmp_path / FILE).read_bytes()
    assert keystore.parse(raw)
    accepted = []
    for place in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            error = refusal(partial(keystore.parse, bytes(flipped)))
            if error is None or error.code != "keys-damaged" or SPARE not in str(error):
                accepted.append((place, bit))
    assert accepted == []


def test_every_byte_flipped_is_refused_by_unlocking_and_leaves_the_file_alone(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    raw = (tmp_path / FILE).read_bytes()
    for place in range(len(raw)):
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        (tmp_path / FILE).write_bytes(flipped)
        with pytest.raises(ExpectedError, match=r"keys\.bak"):
            keystore.unlock(tmp_path, "admin", PASSWORD)
        assert (tmp_path / FILE).read_bytes() == flipped
    assert not (tmp_path / lockout.FILE).exists()


def test_every_byte_changed_by_a_forger_who_repairs_the_sum_is_refused_after_unlocking(tmp_path: Path) -> None:
    made, _ = ledger.office(tmp_path)
    raw = (tmp_path / FILE).read_bytes()
    tried, accepted = 0, []
    for place in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            try:
                plain = json.loads(flipped)
                forged = with_sum(plain)
            except (ValueError, UnicodeError):
                continue
            if forged == raw:  # only the sum itself was changed, and is right again
                continue
            tried += 1
            error = refusal(partial(keystore.authenticate, forged, made.data_key))
            if error is None or error.code != "keys-damaged":
                accepted.append((place, bit))
    assert accepted == []
    assert tried > 3000


def test_a_forged_slot_is_refused_although_the_password_is_right(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    plain = json.loads((tmp_path / FILE).read_bytes())
    plain["db"] = "data-khac.db"
    (tmp_path / FILE).write_bytes(with_sum(plain))
    with pytest.raises(ExpectedError) as error:
        keystore.unlock(tmp_path, "admin", PASSWORD)
    assert code_of(error) == "keys-damaged"
    first, second = plain["slots"][:2]
    first["ct"] = second["ct"]
    (tmp_path / FILE).write_bytes(with_sum(plain))
    with pytest.raises(ExpectedError) as error:
        keystore.unlock_with_code(tmp_path, ledger.office(tmp_path / "khac")[1])
    assert code_of(error) == "keys-damaged"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("m", FLOOR.m - 1), ("m", 256 * 1024 + 1), ("m", 2**40), ("t", 2), ("t", 21), ("p", 0), ("p", 17), ("m", True), ("m", 65536.0),
        ("v", 2), ("kdf", "argon2i"), ("kind", "khac"), ("id", "../x"), ("id", ""), ("salt", "00"), ("ct", "zz" * 48), ("pub", None),
        ("them", 1),
    ],
)  # fmt: skip
def test_a_slot_out_of_bounds_is_refused_before_its_cost_is_paid(tmp_path: Path, name: str, value: object) -> None:
    ledger.office(tmp_path)
    plain = json.loads((tmp_path / FILE).read_bytes())
    plain["slots"][1][name] = value
    with pytest.raises(ExpectedError) as error:
        keystore.parse(with_sum(plain))
    assert code_of(error) == "keys-damaged"


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b",", b", ", 1),
        lambda raw: raw.replace(b"{", b'{"v":1,', 1),
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"",
        lambda raw: b"\xff\xfe",
        lambda raw: b"[" * 100_000,
        lambda raw: b"null",
        lambda raw: b"{}",
        lambda raw: bytes(70_000),
    ],
)
def test_a_file_that_is_not_canonical_is_refused(tmp_path: Path, change: Any) -> None:
    ledger.office(tmp_path)
    with pytest.raises(ExpectedError) as error:
        keystore.parse(change((tmp_path / FILE).read_bytes()))
    assert code_of(error) == "keys-damaged"


def test_a_missing_file_names_the_spare_which_then_opens(tmp_path: Path) -> None:
    made, _ = ledger.office(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(ExpectedError, match=r"chép keys\.bak thành keys\.json") as error:
        keystore.unlock(tmp_path, "admin", PASSWORD)
    assert code_of(error) == "keys-missing"
    (tmp_path / SPARE).rename(tmp_path / FILE)
    assert keystore.unlock(tmp_path, "admin", PASSWORD).data_key == made.data_key
    (tmp_path / FILE).unlink()
    with pytest.raises(ExpectedError, match="bản sao lưu"):
        keystore.unlock(tmp_path, "admin", PASSWORD)


def test_a_twin_that_cannot_be_written_does_not_undo_what_was_committed(tmp_path: Path) -> None:
    made, _ = ledger.office(tmp_path)
    (tmp_path / SPARE).unlink()
    (tmp_path / SPARE).mkdir()
    keystore.set_password(tmp_path, made, "binh", "mới tinh tình tang")
    assert keystore.unlock(tmp_path, "binh", "mới tinh tình tang").data_key == made.data_key


def test_no_key_file_is_made_over_another(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    with pytest.raises(ExpectedError, match="đã có dữ liệu"):
        keystore.create(tmp_path, [("admin", PASSWORD)])


def test_a_failure_while_the_database_is_made_leaves_the_folder_empty(tmp_path: Path) -> None:
    def fail(path: Path, data_key: bytes, db_id: str) -> None:
        ledger.make(path, data_key, db_id)
        raise ExpectedError("disk-full", "đầy")

    with pytest.raises(ExpectedError, match="đầy"):
        keystore.create(tmp_path, [("admin", PASSWORD)], make=fail)
    assert list(tmp_path.iterdir()) == []


def test_neither_key_nor_password_stands_in_the_file_or_in_a_repr(tmp_path: Path) -> None:
    made, code = ledger.office(tmp_path)
    text = (tmp_path / FILE).read_text()
    for secret in (made.data_key.hex(), PASSWORD, code, passwords.code_digits(code), "Nguyễn"):
        assert secret not in text
    assert made.data_key.hex() not in repr(made)
    assert repr(made.data_key) not in repr(made)


# --- passwords ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["", "ngắn", "1234567890", "9876543210", "0123456789012", "matkhau2024", "Mật khẩu 2025", "hà nội 2025!!", "aaaaaaaaaaaa",
     "qwertyuiop12", "bchqs123456789", "abcdefghijk", "admin@2026!!", "Ban CHQS 2019", "Huyện Đông Sơn", "DONGSON-2024", "!!!!!!!!!!!!"],
)  # fmt: skip
def test_a_password_anyone_would_try_is_refused(password: str) -> None:
    with pytest.raises(ExpectedError) as error:
        passwords.check_password(password, words=["Huyện Đông Sơn", "Đông Sơn"])
    assert code_of(error) == "weak"


@pytest.mark.parametrize("password", [PASSWORD, OTHER_PASSWORD, "correct horse battery", "x9!kq0Lm#27", "lúa chín đầu thu 2019"])
def test_a_password_that_takes_guessing_is_taken(password: str) -> None:
    assert passwords.check_password(password) == password


@pytest.mark.parametrize("user", ["", "Admin", "trần", "a b", "recovery", "recovery-next", "x" * 33, "-a", "../x"])
def test_an_id_that_the_file_cannot_hold_is_refused(user: str) -> None:
    with pytest.raises(ExpectedError) as error:
        keystore.check_id(user)
    assert code_of(error) == "user-id"


def test_a_changed_password_opens_and_the_old_one_does_not(tmp_path: Path) -> None:
    made, _ = ledger.office(tmp_path)
    keystore.set_password(tmp_path, made, "binh", "mới tinh tình tang")
    assert keystore.unlock(tmp_path, "binh", "mới tinh tình tang").data_key == made.data_key
    with pytest.raises(ExpectedError, match="Sai mật khẩu"):
        keystore.unlock(tmp_path, "binh", OTHER_PASSWORD)
    assert keystore.unlock(tmp_path, "admin", PASSWORD).data_key == made.data_key
    assert (tmp_path / SPARE).read_bytes() == (tmp_path / FILE).read_bytes()


def test_a_new_data_key_opens_for_those_who_stay_without_their_passwords(tmp_path: Path) -> None:
    made, code = ledger.office(tmp_path)
    old = (tmp_path / FILE).read_bytes()
    fresh, data_key = keystore.rotated(made.keystore, without=["binh"])
    keystore.write(tmp_path, fresh, data_key)
    assert data_key != made.data_key
    assert fresh.db != made.keystore.db
    assert keystore.unlock(tmp_path, "admin", PASSWORD).data_key == data_key
    assert keystore.unlock_with_code(tmp_path, code).data_key == data_key
    with pytest.raises(ExpectedError, match="Không có người dùng"):
        keystore.unlock(tmp_path, "binh", OTHER_PASSWORD)
    (tmp_path / FILE).write_bytes(old)
    assert keystore.unlock(tmp_path, "binh", OTHER_PASSWORD).data_key == made.data_key  # the old copy gives the old key only
    with pytest.raises(ExpectedError):  # and a slot carried over into the new file is found
        keystore.authenticate(old, data_key)


def test_five_wrong_passwords_cost_thirty_seconds_doubling_to_fifteen_minutes(tmp_path: Path) -> None:
    assert [lockout.wait_after(wrong) for wrong in range(13)] == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    now = 1_000_000.0
    for _ in range(5):
        lockout.refuse(tmp_path, "admin", now)
        lockout.count(tmp_path, "admin", now)
    with pytest.raises(ExpectedError, match="đợi 30 giây"):
        lockout.refuse(tmp_path, "admin", now)
    with pytest.raises(ExpectedError, match="đợi 1 giây"):
        lockout.refuse(tmp_path, "admin", now + 29)
    with pytest.raises(ExpectedError, match="đợi 30 giây"):
        lockout.refuse(tmp_path, "admin", now - 86_400)  # the clock was set back
    lockout.refuse(tmp_path, "admin", now + 30)
    lockout.refuse(tmp_path, "binh", now)
    lockout.count(tmp_path, "admin", now + 30)
    with pytest.raises(ExpectedError, match="đợi 60 giây"):
        lockout.refuse(tmp_path, "admin", now + 30)
    lockout.clear(tmp_path, "admin")
    lockout.refuse(tmp_path, "admin", now)
    assert list(tmp_path.iterdir()) == []


def test_a_right_password_in_time_forgets_the_wrong_ones_and_a_locked_user_waits_without_cost(tmp_path: Path) -> None:
    ledger.office(tmp_path)
    (tmp_path / lockout.FILE).write_text('{"admin": [5, 1000]}')
    with pytest.raises(ExpectedError, match="đợi 20 giây"):
        keystore.unlock(tmp_path, "admin", PASSWORD, now=1010)
    keystore.unlock(tmp_path, "admin", PASSWORD, now=1030)
    assert not (tmp_path / lockout.FILE).exists()


@pytest.mark.parametrize("content", ["", "[]", '{"admin": 5}', '{"admin": ["x", 1]}', "\xff"])
def test_a_damaged_counter_locks_nobody_out(tmp_path: Path, content: str) -> None:
    (tmp_path / lockout.FILE).write_bytes(content.encode("latin-1"))
    lockout.refuse(tmp_path, "admin", 0)
    lockout.count(tmp_path, "admin", 0)


@pytest.mark.parametrize(
    ("gibibytes", "seconds_for_64", "chosen"), [(8, 0.2, 256), (8, 0.3, 128), (8, 0.6, 64), (8, 3.0, 64), (1, 0.1, 128), (0, 0.1, 64)]
)
def test_the_cost_is_the_largest_under_a_second_and_an_eighth_of_memory(gibibytes: int, seconds_for_64: float, chosen: int) -> None:
    cost = key_slots.calibrate(lambda cost: seconds_for_64 * cost.m / FLOOR.m, gibibytes * 2**30)
    assert cost == Cost(chosen * 1024, 3, 4)


def test_a_secret_gives_the_key_it_always_gave() -> None:
    """Were it another, no office made before would open."""
    assert key_slots.derive(PASSWORD, bytes(range(16)), FLOOR).hex() == "c17fc291a17edfe7c410c15654b2a1b498a2ae3687dab31fb087fe2fd63f3b53"


def test_the_memory_of_this_machine_is_read_in_bytes() -> None:
    assert quick_keys.machine_memory() > 2**28, "bytes, not pages or kibibytes"


@pytest.mark.parametrize("step", [f"part {FILE}", f"replaced {FILE}", f"part {SPARE}", f"replaced {SPARE}"])
def test_killed_while_a_password_is_changed_either_the_old_or_the_new_one_opens(tmp_path: Path, step: str) -> None:
    made, _ = ledger.office(tmp_path)
    assert ledger.run("password", step, tmp_path).returncode == -9
    right, wrong = (OTHER_PASSWORD, "mới tinh tình tang") if step == f"part {FILE}" else ("mới tinh tình tang", OTHER_PASSWORD)
    assert keystore.unlock(tmp_path, "binh", right).data_key == made.data_key
    with pytest.raises(ExpectedError, match="Sai mật khẩu"):
        keystore.unlock(tmp_path, "binh", wrong)
    keystore.parse((tmp_path / SPARE).read_bytes())


def test_a_device_signs_and_only_its_own_signature_over_the_same_bytes_holds() -> None:
    private, public = keystore.new_device_key()
    other = keystore.new_device_key()[1]
    signature = keystore.sign(private, b"manifest")
    assert (len(private), len(public), len(signature)) == (32, 32, 64)
    assert keystore.signed_by(public, b"manifest", signature)
    assert not keystore.signed_by(other, b"manifest", signature)
    assert not keystore.signed_by(public, b"manifesT", signature)
    assert not keystore.signed_by(public, b"manifest", signature[:-1])
    assert not keystore.signed_by(b"", b"manifest", signature)
