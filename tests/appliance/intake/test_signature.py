import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from appliance.intake.signature import SignatureError, check_signature, sign
from tests.standins import signed

URL = "https://desk.example/hooks/maple/sms"
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(WORDS, WORDS), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_it_agrees_with_the_carriers_own_library_and_with_ours_for_tests(form: dict[str, str], token: str) -> None:
    fields = tuple(form.items())

    assert sign(token, URL, fields) == RequestValidator(token).compute_signature(URL, form)
    assert sign(token, URL, fields) == signed.sign(URL, form, token)


@given(st.dictionaries(WORDS, WORDS, min_size=1))
def test_a_good_signature_gives_back_what_it_covers(form: dict[str, str]) -> None:
    fields = tuple(form.items())

    checked = check_signature(tokens=("other", signed.TOKEN), url=URL, fields=fields, signature=signed.sign(URL, form))

    assert (checked.url, checked.fields) == (URL, fields)


@pytest.mark.parametrize(
    ("set_up", "signed_over"),
    [
        ("https://desk.example/x", "https://desk.example:443/x"),
        ("https://desk.example:443/x", "https://desk.example/x"),
        ("https://desk.example:8443/x", "https://desk.example/x"),
        ("http://127.0.0.1/x", "http://127.0.0.1:80/x"),
        ("https://desk.example/x?a=b:c", "https://desk.example:443/x?a=b:c"),
    ],
)
def test_the_port_may_be_signed_or_not(set_up: str, signed_over: str) -> None:
    form = {"Body": "hello"}

    check_signature(
        tokens=(signed.TOKEN,), url=set_up, fields=tuple(form.items()), signature=signed.sign(signed_over, form)
    )


@pytest.mark.parametrize("tokens", [(), ("",), ("f" * 32,)])
def test_no_token_or_another_is_refused(tokens: tuple[str, ...]) -> None:
    form = {"Body": "hello"}

    with pytest.raises(SignatureError):
        check_signature(tokens=tokens, url=URL, fields=tuple(form.items()), signature=signed.sign(URL, form))


def test_an_empty_token_signs_nothing() -> None:
    form = {"Body": "hello"}

    with pytest.raises(SignatureError):
        check_signature(tokens=("",), url=URL, fields=tuple(form.items()), signature=signed.sign(URL, form, token=""))


def test_repeated_names_are_refused_even_if_signed() -> None:
    fields = (("Body", "a"), ("Body", "b"))
    signature = sign(signed.TOKEN, URL, fields)

    with pytest.raises(SignatureError):
        check_signature(tokens=(signed.TOKEN,), url=URL, fields=fields, signature=signature)


@pytest.mark.parametrize("signature", ["", "é", "\udc80", "A" * 28])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureError):
        check_signature(tokens=(signed.TOKEN,), url=URL, fields=(("Body", "x"),), signature=signature)


def test_neither_repr_nor_error_shows_the_fields() -> None:
    form = {"Body": "secret-word"}
    checked = check_signature(
        tokens=(signed.TOKEN,), url=URL, fields=tuple(form.items()), signature=signed.sign(URL, form)
    )

    assert "secret-word" not in repr(checked)
