"""Tables of cases for each pattern: what must be found, and beside it what must not."""

from collections.abc import Sequence

import pytest

from appliance.redaction.patterns import dates, homes
from appliance.redaction.patterns.dates import find_dates
from appliance.redaction.patterns.found import Finder
from appliance.redaction.patterns.handles import find_handles, find_user_names
from appliance.redaction.patterns.homes import find_homes
from appliance.redaction.patterns.mail import find_emails
from appliance.redaction.patterns.numbers import find_long_numbers, find_numbers, luhn
from appliance.redaction.patterns.phone import find_phones
from appliance.redaction.patterns.spelling import find_spelled_names
from appliance.redaction.patterns.spoken import find_spoken_numbers
from appliance.redaction.patterns.street import find_addresses
from appliance.redaction.patterns.web import find_urls

CASES: list[tuple[Finder, str, list[str]]] = [
    (find_emails, "write dana.reyes+1@example.co.uk.", ["dana.reyes+1@example.co.uk"]),
    (find_emails, "dana dot reyes at gmail dot com thx", ["dana dot reyes at gmail dot com"]),
    (find_emails, "dana arroba hotmail punto com", ["dana arroba hotmail punto com"]),
    (find_emails, "dana @ gmail . com", ["dana @ gmail . com"]),
    (find_emails, "kofi{at}example{dot}org tonight", ["kofi{at}example{dot}org"]),
    (find_emails, "coop (dot) secy (at) example (dot) org", ["coop (dot) secy (at) example (dot) org"]),
    (
        find_emails,
        "ana (guion bajo) r (arroba) example (punto) org",
        ["ana (guion bajo) r (arroba) example (punto) org"],
    ),
    (find_emails, "correo: pancho (arroba) example (punto) org", ["pancho (arroba) example (punto) org"]),
    (
        find_emails,
        "nayeli, guion bajo, m, arroba, example, punto, com",
        ["nayeli, guion bajo, m, arroba, example, punto, com"],
    ),
    (
        find_emails,
        "my email is sunny sue at example dot com",
        ["sunny sue at example dot com"],
    ),
    (find_long_numbers, "mac 00:1b:44:11:3a:b7 at 10:30", ["00:1b:44:11:3a:b7"]),
    (find_long_numbers, "mac:00-1b-44-11-3a-b7: ok", ["00-1b-44-11-3a-b7"]),
    (find_numbers, "sn 88k4471 on it", ["88k4471"]),
    (find_emails, "ig is @tina.nails.b and dana @example.com", ["dana @example.com"]),
    (find_emails, "i ordered it at example.com, its at example.com/p/4", []),
    (find_handles, "insta jess underscore nails, thx", ["jess underscore nails"]),
    (find_handles, "my ig is tina dot nails dot b ok", ["tina dot nails dot b"]),
    (find_urls, "example dot com slash pay slash 88213 ok", ["example dot com slash pay slash 88213"]),
    (find_urls, "www dot example dot com", ["www dot example dot com"]),
    (find_spelled_names, "plate k as in kilo l m 2281 pls", ["k as in kilo l m 2281"]),
    (find_spelled_names, "same as in may, a b c", []),
    (find_numbers, "passcode tinab!44 ok", ["tinab!44"]),
    (find_user_names, "facebook tinab44, xbox: tina_b9", ["tinab44", "tina_b9"]),
    (find_phones, "5 5 5 0 1 2 2 or 5, 1, 2, 5, 5, 5, 0, 1, 4, 4", ["5 5 5 0 1 2 2", "5, 1, 2, 5, 5, 5, 0, 1, 4, 4"]),
    (find_phones, "1 2 3 4 5, or 1,2,3,4,5,6,7,8", []),
    (find_dates, "dob: month 03 day 14 year 1988 ok", ["month 03 day 14 year 1988"]),
    (find_numbers, "error code e-0455, gate code e-0455", ["e-0455"]),
    (find_spoken_numbers, "its one nine eight eight then star", ["one nine eight eight"]),
    (find_spoken_numbers, "clave dos, dos, uno cero", ["dos, dos, uno cero"]),
    (find_spoken_numbers, "clave uno nueve ocho ocho y luego asterisco", ["uno nueve ocho ocho y"]),
    (find_spoken_numbers, "it's one. nine. eight. eight", ["one. nine. eight. eight"]),
    (find_spoken_numbers, "at one or two, three. necesito dos o tres o hasta mas", []),
    (find_spoken_numbers, "twenty or two ten four", []),
    (find_numbers, "codes are 4471, then", ["4471"]),
    (find_numbers, "orders 4471 and such", ["4471"]),
    (find_numbers, "the portable 400 unit, tagged 2020", []),
    (find_emails, "j smith at the rate gmail dot com", ["smith at the rate gmail dot com"]),
    (find_emails, "dana at sign example period com", ["dana at sign example period com"]),
    (find_emails, "dana at maple dash dental dot org", ["dana at maple dash dental dot org"]),
    (find_emails, "mail the form 2 kofi at example dot com", ["kofi at example dot com"]),
    (find_emails, "email me at 5 at the office", []),
    (find_emails, "see you at noon. come early", []),
    (find_emails, "meet me @ the shop", []),
    (find_handles, "my insta is @dana_r.", ["@dana_r"]),
    (find_handles, "dana@example.com", []),
    (find_urls, "see example.com/p?x=1, ok", ["example.com/p?x=1"]),
    (find_urls, "https://example.org/a(b).", ["https://example.org/a(b"]),
    (find_urls, "ok.thanks for that.bye", []),
    (find_phones, "512-555-0142", ["512-555-0142"]),
    (find_phones, "(512)555-0142 x12", ["(512)555-0142 x12"]),
    (find_phones, "+52 55 1234 5678", ["+52 55 1234 5678"]),
    (find_phones, "5125550142", ["5125550142"]),
    (find_phones, "555-0142", ["555-0142"]),
    (find_phones, "call 5550142", ["5550142"]),
    (find_phones, "1234567", []),
    (find_phones, "it cost $5125550", []),
    (find_phones, "112-555-0142", []),
    (find_phones, "on 3/14/1987", []),
    (
        find_spoken_numbers,
        "five one two five five five oh one four two",
        ["five one two five five five oh one four two"],
    ),
    (find_spoken_numbers, "cinco uno dos cinco cinco cinco cero uno", ["cinco uno dos cinco cinco cinco cero uno"]),
    (find_spoken_numbers, "two six... triple five... 0 1 seven 8", ["two six... triple five... 0 1 seven 8"]),
    (find_spoken_numbers, "one or two", []),
    (find_spoken_numbers, "10 15 20 25 30", []),
    (find_dates, "march 3rd, 2026", ["march 3rd, 2026"]),
    (find_dates, "the 3rd of march", ["the 3rd of march"]),
    (find_dates, "3 de mayo del 1980", ["3 de mayo del 1980"]),
    (find_dates, "dob: 031487", ["031487"]),
    (find_dates, "on 11/24 at 5", ["11/24"]),
    (find_dates, "1987-03-14", ["1987-03-14"]),
    (find_dates, "march fourteenth nineteen eighty seven", ["march fourteenth nineteen eighty seven"]),
    (find_dates, "open 24/7", []),
    (find_dates, "pain is 9/10", []),
    (find_dates, "3/4 hp motor", []),
    (find_dates, "may 2 people come", []),
    (find_dates, "see you in march", []),
    (find_addresses, "1420 elm st apt 3b, austin, tx 78704", ["1420 elm st apt 3b, austin, tx 78704"]),
    (find_addresses, "at 77 n 5th ave #4", ["77 n 5th ave #4"]),
    (find_addresses, "po box 419", ["po box 419"]),
    (find_addresses, "calle benito juarez #123, col. centro", ["calle benito juarez #123, col. centro"]),
    (find_addresses, "corner of 5th and main st", ["5th and main st"]),
    (find_addresses, "zip is 78704", ["78704"]),
    (find_addresses, "in suite 1120 now", ["suite 1120"]),
    (find_addresses, "2 days on the way", []),
    (find_addresses, "at 10:15 with dr. reyes", []),
    (find_addresses, "the corner of my street", []),
    (
        find_homes,
        "stay at birchwood apartments, building c, number 12",
        ["birchwood apartments, building c, number 12"],
    ),
    (find_homes, "mail goes to apt 2 rear not 2", ["apt 2 rear"]),
    (find_homes, "la trailer 12 del parque los pinos, enfrente", ["trailer 12 del parque los pinos"]),
    (find_homes, "ando en el motel siesta, cuarto 14, trabajo", ["motel siesta, cuarto 14"]),
    (find_homes, "vivo x la 34 y bandera", ["la 34 y bandera"]),
    (find_homes, "abren en la 3 y media", []),
    (find_homes, "route 4 box 77b gravel switch", ["route 4 box 77b"]),
    (find_homes, "unit 22c, harbor point towers", ["unit 22c, harbor point towers"]),
    (find_homes, "address is 1420 elm", ["1420 elm"]),
    (find_homes, "we live on maple ridge road", ["maple ridge road"]),
    (find_homes, "estoy en la 7ma con hidalgo", ["la 7ma con hidalgo"]),
    (find_homes, "at 8814 fm 1826", ["8814 fm 1826"]),
    (find_homes, "rr 2 box 117", ["rr 2 box 117"]),
    (find_homes, "the heater in 4b", ["4b"]),
    (find_homes, "come to the shop at 10 tomorrow", []),
    (find_homes, "come to 12 people", []),
    (find_homes, "at 4 pm in april", []),
    (find_homes, "willow creek apartments unit b pls", ["willow creek apartments unit b"]),
    (find_homes, "unit b at willow creek apartments", ["unit b at willow creek apartments"]),
    (find_homes, "its two twenty one oak street ok", ["two twenty one oak street"]),
    (find_numbers, "the last four is one two three four", ["one two three four"]),
    (find_spelled_names, "its b e n e d e t t o", ["b e n e d e t t o"]),
    (find_spelled_names, "R-E-Y-E-S".lower(), ["r-e-y-e-s"]),
    (find_spelled_names, "plan a or b", []),
    (find_long_numbers, "078-05-1120", ["078-05-1120"]),
    (find_long_numbers, "4111 1111 1111 1111", ["4111 1111 1111 1111"]),
    (find_long_numbers, "12345", []),
    (find_numbers, "member id is xjh-99182", ["xjh-99182"]),
    (find_numbers, "gate code: 4417#", ["4417#"]),
    (find_numbers, "last 4 of my ssn is 1120", ["1120"]),
    (find_numbers, "order 48213-b", ["48213-b"]),
    (find_numbers, "claim took 2 weeks", []),
    (find_numbers, "account for 3 kids", []),
]


@pytest.mark.parametrize(("finder", "text", "expected"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_pattern_finds_this_and_no_more(finder: Finder, text: str, expected: list[str]) -> None:
    found = [(each.start, each.end) for each in finder(text) if each.sure]
    outer = [one for one in found if not any(two != one and two[0] <= one[0] and one[1] <= two[1] for two in found)]

    assert [text[start:end] for start, end in sorted(set(outer))] == expected


@pytest.mark.parametrize(
    ("alternatives", "begins"), [(dates._MONTH, dates._OF_MONTHS), (homes._HOUSES, homes._OF_HOUSES)]
)
def test_no_word_is_passed_over_before_its_pattern_is_asked(alternatives: str, begins: Sequence[str]) -> None:
    words = alternatives.removeprefix("(?:").removesuffix(")").replace("s?", "").split("|")

    assert len(words) > 10
    assert not [word for word in words if not any(begin in word for begin in begins)]


@pytest.mark.parametrize(("number", "right"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)])
def test_the_check_digit_of_a_card(number: str, *, right: bool) -> None:
    assert luhn(number) is right
