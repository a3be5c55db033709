import unicodedata

import pytest

from storage.errors import PassphraseError
from storage.keys.passphrase import check_passphrase, normal_form
from storage.keys.secret import SecretBytes


def secret(text: str) -> SecretBytes:
    return SecretBytes(text.encode("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "fifteen letters",
        "a lantern under the seventh stair",
        "пятьслов на замок висит",
        "🔑🚪🌙🪴🧦🔑🚪🌙🪴🧦🧦🧦🪴🌙🚪",
        "tab\tand nul\0 inside",
        "x" + "ab c9" * 25 + "zz",
        "correct horse battery staple is mine",
        " leading and trailing blanks ",
        "q8#Lw0^zPm2!vXe",
    ],
)
def test_any_characters_will_do_if_there_are_enough_of_them(text: str) -> None:
    assert check_passphrase(secret(text)) == secret(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fourteen chars", "14 characters"),
        ("", "0 characters"),
        ("ab c9" * 26, "130 characters"),
        ("correct horse battery staple", "everybody"),
        ("Correct-Horse-Battery-Staple!", "everybody"),
        ("passwordpassword", "everybody"),
        ("PasswordPassword2026", "everybody"),
        ("qwertyuiopasdfghjkl", "everybody"),
        ("aaaaaaaaaaaaaaaa", "pattern"),
        ("                ", "pattern"),
        ("abcabcabcabcabcabc", "pattern"),
        ("1234123412341234", "pattern"),
        ("1234567890123456", "pattern"),
        ("9876543210987654", "pattern"),
        ("abcdefghijklmnopqrstu", "pattern"),
        ("zyxwvutsrqponmlkji", "pattern"),
        ("uvwxyzabcdefghijk", "pattern"),
        ("a-a-a-a-a-a-a-a-a-a", "pattern"),
        ("!!!!!!!!!!!!!!!!", "pattern"),
    ],
)
def test_a_weak_passphrase_is_refused_with_its_reason_and_not_quoted(text: str, why: str) -> None:
    with pytest.raises(PassphraseError) as caught:
        check_passphrase(secret(text))

    assert why in caught.value.sentence
    assert caught.value.remedy
    assert not text.strip() or text not in caught.value.sentence + caught.value.remedy


def test_one_letter_spelled_two_ways_is_one_passphrase() -> None:
    composed, decomposed = "caf\u00e9 under the stairs", "cafe\u0301 under the stairs"

    assert normal_form(secret(composed)) == normal_form(secret(decomposed))


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(PassphraseError):
        check_passphrase(SecretBytes(b"\xff" * 20))


def test_a_pattern_of_nothing_but_marks_is_not_judged_by_the_letters_it_lacks() -> None:
    assert check_passphrase(secret("#!?&%=)(/-_.:,;+*~"))
