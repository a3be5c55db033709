import base64
import hashlib
import io
import json
import random
import runpy
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from storage.audit import verify
from storage.audit.bundle import tile_path
from storage.audit.note import verifier_key
from storage.keys.signer import AuditSigner
from tests.storage.audit import bundles, second_opinion
from tests.storage.audit.bundles import DESK, Made, forged, honest, remade, resigned, zipped

ROOT = Path(__file__).parents[3]


def proven(path: Path, key: str, pasted: str = "") -> bool:
    """What both verifiers say; they must agree."""
    try:
        with zipfile.ZipFile(path) as archive:
            verify.verify(archive, verify.read_key(key), list(verify.notes_in(pasted)))
        first = True
    except (verify.NotProvenError, zipfile.BadZipFile):
        first = False
    assert second_opinion.verdict(path, key, pasted) is first
    return first


@pytest.fixture(scope="module")
def a_bundle() -> Made:
    """Pruned and rotated, of two tiles and more."""
    return next(
        made
        for made in map(honest, range(1000))
        if made.exported.first and made.exported.leaves - made.exported.first > 20 and len(made.content["keys"]) > 150
    )


@pytest.mark.parametrize("seed", range(25))
def test_an_honest_bundle_is_proven(tmp_path: Path, seed: int) -> None:
    made = honest(seed)
    path = zipped(tmp_path / "b.zip", made.content)

    assert proven(path, made.key)
    assert proven(path, made.key, "\n".join(made.mailed))


def test_pruned_rotated_erased_and_restored_bundles_are_among_them() -> None:
    actions = [b"".join(bundles.bodies(honest(seed).content)[1]) for seed in range(60)]

    for action in (b'"log-pruned"', b'"key-rotated"', b'"erased"', b'"restored"'):
        assert sum(action in shown for shown in actions) >= 3, action
    assert sum(any(name.startswith("certificates/") for name in honest(seed).content) for seed in range(60)) >= 3


@pytest.mark.long
def test_a_thousand_honest_bundles_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(40, 1040):
        made = honest(seed)
        assert proven(zipped(tmp_path / "b.zip", made.content), made.key, "\n".join(made.mailed)), seed


@pytest.mark.parametrize("seed", range(160))
def test_a_manipulated_bundle_is_not_proven(tmp_path: Path, seed: int) -> None:
    made = honest(seed % 23, most=60)

    assert not proven(zipped(tmp_path / "b.zip", forged(seed, made)), made.key)


@pytest.mark.long
def test_ten_thousand_manipulations_are_all_found(tmp_path: Path) -> None:
    honests = [honest(seed, most=200) for seed in range(100)]
    for seed in range(10_000):
        made = honests[seed % 100]
        assert not proven(zipped(tmp_path / "b.zip", forged(seed, made)), made.key), seed


def test_a_bundle_made_anew_from_an_older_state_is_found_by_a_checkpoint_from_the_mail(tmp_path: Path) -> None:
    made = honest(3)
    older = honest(3, most=8)  # the same desk's keys, another and shorter past
    path = zipped(tmp_path / "b.zip", older.content)

    assert proven(path, older.key)
    assert not proven(path, older.key, made.content["checkpoints"].decode())


def test_a_forger_who_signs_with_a_key_of_his_own_proves_nothing(tmp_path: Path, a_bundle: Made) -> None:
    for names_key in (False, True):
        path = zipped(tmp_path / f"{names_key}.zip", resigned(dict(a_bundle.content), names_key=names_key))
        assert not proven(path, a_bundle.key)


def test_a_forger_cannot_announce_his_own_key_to_whoever_pinned_the_desks(tmp_path: Path, a_bundle: Made) -> None:
    first, shown = bundles.bodies(a_bundle.content)
    last = json.loads(shown[-1])
    pinned = base64.b64decode(a_bundle.key.split("+", 2)[2])[1:].hex()
    detail = {"key": "audit", "previous": pinned, "public": bundles.FORGER.public_key.hex()}
    announced = last | {"i": last["i"] + 1, "action": "key-rotated", "detail": detail}
    shown.append(json.dumps(announced, sort_keys=True, separators=(",", ":")).encode())

    content = resigned(bundles.with_bodies(a_bundle.content, first, shown), names_key=True)

    assert not proven(zipped(tmp_path / "b.zip", content), a_bundle.key)
    # And the desk's own checkpoints left in place do not help: they do not sign the announcement.
    content["checkpoints"] = a_bundle.content["checkpoints"] + b"\n" + content["checkpoints"]
    assert not proven(zipped(tmp_path / "c.zip", remade(content, bundles.FORGER)), a_bundle.key)


def test_pruning_that_no_leaf_announces_is_not_proven(tmp_path: Path) -> None:
    made = next(made for made in (honest(seed, prunes=False) for seed in range(99)) if made.exported.leaves > 256)
    first, shown = bundles.bodies(made.content)
    hashes = b"".join(hashlib.sha256(b"\x00" + body).digest() for body in shown[:256])
    content = bundles.with_bodies(made.content, first + 256, shown[256:]) | {"tile/0/000": hashes}
    content["manifest"] = content["manifest"].replace(b" from 0\n", b" from 256\n")

    assert not proven(zipped(tmp_path / "b.zip", remade(content, bundles.FORGER)), made.key)


def test_the_log_of_another_desk_is_not_proven(tmp_path: Path, a_bundle: Made) -> None:
    path = zipped(tmp_path / "b.zip", a_bundle.content)

    with pytest.raises(verify.NotProvenError, match="not of nightdesk/oak-lane"), zipfile.ZipFile(path) as archive:
        verify.verify(archive, verify.read_key(verifier_key("oak-lane", bundles.a_signer(0).public_key)), [])


def test_the_same_log_gives_the_same_bundle() -> None:
    assert honest(5).content == honest(5).content


# --- the verifier as a stranger runs it ------------------------------------------------------------------------------


def run(*arguments: str, program: Path) -> subprocess.CompletedProcess[str]:
    # -I and -S: nothing but the standard library can be imported.
    command = [sys.executable, "-I", "-S", str(program), *arguments]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=120)


def test_the_verifier_in_the_bundle_proves_it_with_the_standard_library_alone(tmp_path: Path, a_bundle: Made) -> None:
    path = zipped(tmp_path / "b.zip", a_bundle.content)
    program = tmp_path / "verify_bundle.py"
    program.write_bytes(a_bundle.content["verify_bundle.py"])
    mails = tmp_path / "mails.txt"
    quoted = "\n".join("> " + line for line in "\n".join(a_bundle.mailed).splitlines())
    mails.write_text(f"On Monday the desk wrote:\r\n{quoted}\r\nGood morning!\r\n", encoding="utf-8", newline="")

    spoken = run(str(path), "--key", a_bundle.key, program=program)
    asked = run(str(path), "--key", a_bundle.key, "--checkpoint", str(mails), "--json", program=program)

    assert (spoken.returncode, spoken.stderr) == (0, "")
    assert spoken.stdout.startswith(f"PROVEN: the log of {DESK}")
    found = json.loads(asked.stdout)
    assert (found["ok"], found["leaves"], found["not_shown"]) == (
        True,
        a_bundle.exported.leaves,
        a_bundle.exported.first,
    )
    assert (found["checkpoints"], found["pasted"]) == (a_bundle.exported.checkpoints, len(a_bundle.mailed))


@pytest.mark.parametrize("width", [50, 72, 78])
@pytest.mark.parametrize("before", ["", "> ", ">> \t"])
def test_checkpoints_that_a_mail_program_wrapped_are_found(a_bundle: Made, width: int, before: str) -> None:
    lines = [part for line in "\n".join(a_bundle.mailed).split("\n") for part in textwrap.wrap(line, width) or [""]]
    mail = "Good\nmorning\n" + "".join(f"{before}{line}\r\n" for line in lines) + "Bye\n"

    found = list(verify.notes_in(mail))

    assert len(lines) > "\n".join(a_bundle.mailed).count("\n") + len(found)
    assert found == list(verify.notes_in("\n".join(a_bundle.mailed)))
    assert len(found) == len(a_bundle.mailed)
    keys = [verify.read_key(line) for line in a_bundle.content["keys"].decode().splitlines()]
    assert all(verify.signer_of(one.text, one.lines, keys) for one in found)


@pytest.mark.parametrize("case", ["forged", "no zip", "missing", "no key", "no checkpoint", "foreign checkpoint"])
def test_the_verifier_says_in_a_sentence_what_is_not_proven(tmp_path: Path, a_bundle: Made, case: str) -> None:
    path, key, more = zipped(tmp_path / "b.zip", a_bundle.content), a_bundle.key, []
    mails = tmp_path / "mails.txt"
    match case:
        case "forged":
            zipped(path, resigned(dict(a_bundle.content), names_key=True))
        case "no zip":
            path.write_bytes(b"not a zip")
        case "missing":
            path.unlink()
        case "no key":
            key = "nonsense"
        case "no checkpoint":
            mails.write_text("Good morning!", encoding="utf-8")
            more = ["--checkpoint", str(mails)]
        case _:
            mails.write_text(honest(999).mailed[-1], encoding="utf-8")
            more = ["--checkpoint", str(mails)]

    told = run(str(path), "--key", key, *more, program=ROOT / "packaging" / "verify_bundle.py")

    assert (told.returncode, told.stderr) == (6, "")
    assert told.stdout.startswith("NOT PROVEN: ")


def test_the_published_verifier_is_the_one_in_the_bundle_and_short_enough_to_be_read(a_bundle: Made) -> None:
    published = (ROOT / "packaging" / "verify_bundle.py").read_bytes()

    assert published == a_bundle.content["verify_bundle.py"]
    assert len(published.splitlines()) <= 400


# --- its parts ------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.data())
def test_its_signature_check_agrees_with_the_library(seed: bytes, message: bytes, data: st.DataObject) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))

    assert verify.signed_by(public, message, bytes(signature))
    assert not verify.signed_by(public, message + b"x", bytes(signature))
    signature[data.draw(st.integers(0, 63))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify.signed_by(public, message, bytes(signature))


def test_its_signature_check_refuses_what_is_out_of_range() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + verify.ORDER

    assert not verify.signed_by(public, b"m", signature[:32] + s.to_bytes(32, "little"))
    assert not verify.signed_by(public, b"m", signature[:63])
    assert not verify.signed_by(public, b"m", signature + b"\0")
    for wrong in (
        (verify.P + 1).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
    ):
        assert not verify.signed_by(wrong, b"m", signature)


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/entries/000"),
        (7, 5, "tile/entries/007.p/5"),
        (999, 256, "tile/entries/999"),
        (1000, 256, "tile/entries/x001/000"),
        (1234067, 256, "tile/entries/x001/x234/067"),
    ],
)
def test_tiles_are_named_as_c2sp_names_them(number: int, width: int, path: str) -> None:
    assert tile_path("entries", number, width) == path

    class Named:
        def read(self, name: str) -> bytes:
            return name.encode()

    end = number * 256 + width
    assert list(verify.tiles(Named(), "entries", number * 256, end)) == [path.encode()]  # type: ignore[arg-type]


def test_a_file_twice_in_the_archive_is_refused(tmp_path: Path, a_bundle: Made) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in a_bundle.content.items():
            archive.writestr(name, raw)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("keys", a_bundle.content["keys"])
    (tmp_path / "b.zip").write_bytes(out.getvalue())

    assert not proven(tmp_path / "b.zip", a_bundle.key)


# --- malformed inputs, each found by the step that is for it ---------------------------------------------------------


def told(path: Path, key: str, *more: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The verifier run in this process."""
    code = verify.main([str(path), "--key", key, *more])
    return code, capsys.readouterr().out


def signed_again(made: Made, change: dict[str, bytes]) -> dict[str, bytes]:
    """What the desk itself would have signed had it written this."""
    signer = next(
        signer for number in range(300) for signer in [bundles.a_signer(number)] if made.exported.key == key_of(signer)
    )
    return remade(dict(made.content) | change, signer)


def key_of(signer: AuditSigner) -> str:
    return verifier_key(DESK, signer.public_key)


def test_an_honest_bundle_is_told_to_be_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = honest(2)
    mails = tmp_path / "mails.txt"
    mails.write_text("\n".join(made.mailed) or made.content["checkpoints"].decode(), encoding="utf-8")
    path = zipped(tmp_path / "b.zip", made.content)

    assert told(path, made.key, capsys=capsys)[1].startswith("PROVEN")
    code, out = told(path, made.key, "--checkpoint", str(mails), "--json", capsys=capsys)
    assert (code, json.loads(out)["ok"]) == (0, True)


def test_what_the_desk_signed_but_is_no_log_is_not_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = honest(2)
    pinned = made.exported.key
    first, shown = bundles.bodies(made.content)
    tile = next(name for name in made.content if name.startswith("tile/entries/"))

    def reason(content: dict[str, bytes]) -> str:
        path = zipped(tmp_path / "b.zip", content)
        assert not proven(path, pinned)
        code, out = told(path, pinned, "--json", capsys=capsys)
        assert code == 6
        return str(json.loads(out)["reason"])

    assert proven(zipped(tmp_path / "a.zip", signed_again(made, {})), pinned)
    for wrong in (b"\xff", b"{}", b"[]", b"[" * 20_000, shown[0] + b" ", shown[0].replace(b":", b": ", 1)):
        content = bundles.with_bodies(made.content, first, [wrong, *shown[1:]])
        assert "leaf" in reason(signed_again(made, {name: content[name] for name in content if name == tile}))
    assert "cut short" in reason(signed_again(made, {tile: made.content[tile][:-1]}))
    assert "no Ed25519 key" in reason(signed_again(made, {"keys": b"nightdesk/maple-street+00000000+*\n"}))
    assert "id of a key" in reason(signed_again(made, {"keys": made.content["keys"].replace(b"+", b"+0", 1)}))
    assert "manifest" in reason(made.content | {"manifest": b"nightdesk bundle 2\n\n"})
    assert "something else" in reason(signed_again(made, {"checkpoints": made.content["checkpoints"] + b"more\n"}))


def test_a_signature_line_that_is_not_base64_is_no_signature(tmp_path: Path) -> None:
    made = honest(2)
    text_part, _ = made.content["manifest"].decode().split("\n\n")
    content = made.content | {"manifest": f"{text_part}\n\n— nightdesk/{DESK} *\n".encode()}

    assert not proven(zipped(tmp_path / "b.zip", content), made.key)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_archive_gets_a_verdict_and_never_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    made, chance, path = honest(2), random.Random(seed), tmp_path / "b.zip"
    raw = bytearray(zipped(path, made.content).read_bytes())
    start = chance.choice([0, len(raw) - 1200])  # the files, or the directory at the end
    for _ in range(20):
        raw[chance.randrange(start, len(raw))] = chance.randrange(256)
    path.write_bytes(raw)

    code, out = told(path, made.key, capsys=capsys)

    assert (code, out.partition(":")[0]) in {(6, "NOT PROVEN"), (0, "PROVEN")}


def test_run_as_a_program_it_exits_with_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path / "b.zip", {})
    monkeypatch.setattr(sys, "argv", ["verify_bundle.py", str(path), "--key", honest(2).key])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "storage" / "audit" / "verify.py"), run_name="__main__")

    assert ended.value.code == 6
    assert capsys.readouterr().out.startswith("NOT PROVEN: ")
