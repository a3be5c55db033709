"""All rules together, and the lines of `nightdesk sort`."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.intake import junk
from appliance.intake.emergency import Emergency
from appliance.intake.junk import is_junk, load_model
from appliance.intake.language import find_language
from appliance.intake.lines import sort_lines
from appliance.intake.normal import words
from appliance.intake.sort import sort_text
from storage.errors import DamagedError

HERE = Path(__file__).parent
NAUGHTY = Path(__file__).resolve().parents[4] / "shared" / "data" / "naughty_strings.json"

JUNK = (
    "Hi, I noticed your Google listing is not ranking. We help dentists get on page 1. Interested in a free audit?",
    "Your business is pre-approved for $75,000 in working capital, no credit check. Apply now http://loan.example/x",
    "URGENT! You have WON a $1000 gift card. Claim now at www.claim-gift.example/go",
    "USPS: your package cannot be delivered. Update your address: https://usps-fix.example/a",
    "Chase: your account has been locked. Verify at https://secure-chase.example/login",
    "We can get your shop 20 more cars a month guaranteed. Reply YES for a demo",
    "Earn $500 a day from home, no experience needed! WhatsApp +44 7700 900123",
    "Exclusive plumbing leads in your area, first 5 free. Call 1-800-555-0199",
    "Felicidades! Ha ganado un premio de $5,000. Reclame aqui http://premio.example",
    "SALE! 70% off designer bags this weekend only. Shop http://bags.example Reply STOP to opt out",
)
REAL = (
    "Hi, do you have anything open Saturday for a cleaning?",
    "urgent please call me back 512-555-0142",
    "I won't be able to make my 3pm, can we move it",
    "how much is a crown without insurance? my budget is $900",
    "is the $99 whitening special still going on",
    "here is the photo you asked for https://photos.example.com/a1b2",
    "someone from your number texted me about a prize, is that you?",
    "my card ending 4021 was charged twice, please fix it",
    "can you email the invoice to rosa@example.com",
    "Hola, cuanto cuesta una limpieza y aceptan Delta Dental?",
    "free tomorrow at noon if you have a slot",
    "Call me now please its about my dog",
)


@pytest.mark.parametrize("text", JUNK)
def test_solicitation_and_fraud_are_junk(text: str) -> None:
    assert sort_text(text).junk


@pytest.mark.parametrize("text", REAL)
def test_customers_are_not_junk(text: str) -> None:
    assert not sort_text(text).junk


@pytest.mark.parametrize("name", ["emergency_cases.txt", "emergency_unseen.txt", "emergency_last.txt"])
def test_hardly_any_text_of_the_tables_is_junk_to_the_classifier_alone(name: str) -> None:
    lines = (HERE / name).read_text("utf-8").splitlines()
    texts = [line.split("|", 1)[1] for line in lines if line and not line.startswith("#")]

    taken = [text for text in texts if is_junk(text)]

    assert len(taken) / len(texts) <= 0.01, taken


def test_an_emergency_is_never_junk_however_it_is_dressed() -> None:
    found = sort_text("FREE prize http://win.example claim now!!! my husband is not breathing")

    assert found.emergency is Emergency.LIFE
    assert not found.junk


def test_an_opt_out_is_never_junk() -> None:
    found = sort_text("stop texting me about your free offers and prizes http://win.example")

    assert found.optout
    assert not found.junk


def test_merely_claiming_to_be_urgent_does_not_save_junk() -> None:
    found = sort_text("URGENT! Your mobile number has been awarded a £2000 prize GUARANTEED. Call 09061790121 to claim")

    assert found.junk
    assert found.emergency is None


def test_an_opt_out_does_not_hide_an_emergency() -> None:
    found = sort_text("stop texting me, i cant breathe")

    assert found.optout
    assert found.emergency is Emergency.LIFE


def test_a_classifier_that_was_changed_decides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "junk.json"
    changed.write_text(junk.ARTEFACT.read_text().replace("A", "B", 1))
    monkeypatch.setattr(junk, "ARTEFACT", changed)
    load_model.cache_clear()

    with pytest.raises(DamagedError):
        is_junk("hello")

    load_model.cache_clear()


def test_the_classifier_is_small() -> None:
    assert junk.ARTEFACT.stat().st_size <= 300_000


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hi can i come in tomorrow"),
        ("en", "ok"),
        ("en", ""),
        ("en", "👍"),
        ("en", "no"),
        ("en", "C"),
        ("en", "jose garcia 3pm"),
        ("en", "Сan i come in"),
        ("es", "hola"),
        ("es", "tienen cita para mañana?"),
        ("es", "me duele mucho la muela, que hago"),
        ("es", "gracias"),
        ("es", "no respira ayuda por favor"),
        ("pt", "ola, voces abrem amanha? quero marcar uma consulta"),
        ("fr", "bonjour, je voudrais prendre rendez-vous demain"),
        ("vi", "chào bạn, ngày mai có mở cửa không"),
        ("zh", "你们明天几点开门"),
        ("ja", "明日は何時に開きますか"),
        ("ko", "내일 몇 시에 열어요"),
        ("ru", "во сколько вы открываетесь завтра"),
        ("ar", "متى تفتحون غدا"),
        ("tl", "magkano po ang linis ng ngipin"),
        ("de", "hallo, wann haben sie morgen einen termin frei"),
        ("ht", "bonjou, mwen bezwen yon randevou"),
    ],
)
def test_a_language_is_known_by_its_script_or_its_small_words(language: str, text: str) -> None:
    assert find_language(text) == language


def test_words_are_plain_and_pauses_are_kept() -> None:
    assert words("Can’t BREATHE!! It's 3.5 hrs, ＨＥＬＰ") == ("cant", "breathe", ".", "its", "3.5", "hrs", ",", "help")


def answered(*lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    sort_lines(lines, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_in_is_a_line_out_with_the_agreed_keys() -> None:
    found = answered('{"id": 7, "text": "my dad is not breathing"}\n')

    assert found == [{"id": 7, "optout": False, "emergency": "life", "junk": False, "language": "en"}]


def test_a_bad_line_gets_an_error_and_the_rest_goes_on() -> None:
    found = answered(
        "{no",
        "[]",
        '{"id": 1}',
        '{"id": 2, "text": 5}',
        "",
        '{"text": "STOP"}',
        '{"id": "x", "text": "STOP"}',
        "[" * 5000,
    )

    assert [one.get("error") for one in found] == [
        "bad-json",
        "no-text",
        "no-text",
        "no-text",
        "no-text",
        None,
        "bad-json",
    ]
    assert found[5] == {"id": "x", "optout": True, "emergency": None, "junk": False, "language": "en"}


def test_a_lone_surrogate_in_an_id_or_text_does_not_break_the_output() -> None:
    found = answered('{"id": "\\ud800", "text": "stop \\ud800"}')

    assert found[0]["id"] == "\ud800"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not on this machine")
def test_every_naughty_string_is_sorted() -> None:
    naughty = json.loads(NAUGHTY.read_text("utf-8"))

    assert all(sort_text(one) for one in naughty)
    assert (
        answered(*(json.dumps({"id": n, "text": one}) for n, one in enumerate(naughty)))[-1]["id"] == len(naughty) - 1
    )


def test_sorting_loads_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "pydantic", "numpy", "anthropic", "twilio", "cryptography", "flask")
    program = f"import sys, appliance.intake.lines; print([name for name in {heavy!r} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
