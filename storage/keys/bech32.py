"""Bech32 (BIP 173), the spelling of age identities and recipients. The secret half never passes through a library."""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_SYMBOLS = 6


class Bech32Error(ValueError):
    """The text is not Bech32 for this prefix. It may be a secret, so it is not quoted."""


def encode(prefix: str, payload: bytes) -> str:
    """The lower-case spelling of `payload` under a lower-case prefix."""
    symbols = _regroup(payload, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *symbols, *[0] * _CHECK_SYMBOLS]) ^ 1
    tail = [(check >> 5 * (_CHECK_SYMBOLS - 1 - place)) & 31 for place in range(_CHECK_SYMBOLS)]
    return prefix + "1" + "".join(_ALPHABET[symbol] for symbol in [*symbols, *tail])


def decode(prefix: str, text: str) -> bytes:
    """The payload of `text`, which may be all lower or all upper case. Raises Bech32Error."""
    if text not in {text.lower(), text.upper()}:
        raise Bech32Error("upper and lower case are mixed")
    head, _, tail = text.lower().rpartition("1")
    if not head or head != prefix or len(tail) < _CHECK_SYMBOLS:
        raise Bech32Error("this is another kind of key")
    symbols = [_ALPHABET.find(character) for character in tail]
    if min(symbols) < 0 or _polymod([*_spread(prefix), *symbols]) != 1:
        raise Bech32Error("the check characters do not fit")
    return bytes(_regroup(bytes(symbols[:-_CHECK_SYMBOLS]), 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(symbols: list[int]) -> int:
    check = 1
    for symbol in symbols:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ symbol
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if (top >> place) & 1 else 0
    return check


def _regroup(values: bytes, width_in: int, width_out: int, *, pad: bool) -> list[int]:
    held = bits = 0
    out = []
    for value in values:
        held = held << width_in | value
        bits += width_in
        while bits >= width_out:
            bits -= width_out
            out.append(held >> bits & (1 << width_out) - 1)
    rest = held & (1 << bits) - 1
    if pad:
        return [*out, rest << width_out - bits] if bits else out
    if bits >= width_in or rest:
        raise Bech32Error("bits are left over")
    return out
