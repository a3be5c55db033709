"""The icon as a picture: the moon of the pages, with a badge that differs in shape as well as in colour."""

from collections.abc import Callable, Mapping
from typing import Final

from PIL import Image, ImageDraw

from appliance.views.status import DeskState

SIZE: Final = 64
_SCALE: Final = 4  # drawn larger, then made small: Pillow draws no soft edges
_NIGHT, _MOON, _GREY, _RING = "#1b2a4e", "#f2b65a", "#8a93a6", "#ffffff"
_AMBER, _RED = "#e8912d", "#c8372d"


def picture(state: str) -> Image.Image:
    """64 by 64 pixels, for that state of the desk."""
    side = SIZE * _SCALE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 9 // 32, fill=_NIGHT)
    draw.ellipse(_box(15, 16.5, 9), fill=_MOON if state in _LIT else _GREY)
    draw.ellipse(_box(19.5, 12.5, 7.2), fill=_NIGHT)
    if state in _BADGES:
        _BADGES[state](draw)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _warning(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon(_points((23, 14.5), (31.5, 30.5), (14.5, 30.5)), fill=_RING)
    draw.polygon(_points((23, 17.5), (29, 29), (17, 29)), fill=_AMBER)


def _stop(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle(_box(23, 23, 8), fill=_RING)
    draw.rectangle(_box(23, 23, 6.4), fill=_RED)
    draw.rectangle((*_point(19, 22), *_point(27, 24)), fill=_RING)


def _padlock(draw: ImageDraw.ImageDraw) -> None:
    draw.arc(_box(23, 20, 4.2), 180, 360, fill=_RING, width=2 * _unit())
    draw.rectangle((*_point(17, 20), *_point(29, 29.5)), fill=_RING)
    draw.ellipse(_box(23, 24.6, 1.7), fill=_NIGHT)


_LIT: Final = frozenset({DeskState.READY, DeskState.DEGRADED, DeskState.SAFE_MODE})
_BADGES: Final[Mapping[str, Callable[[ImageDraw.ImageDraw], None]]] = {
    DeskState.DEGRADED: _warning,
    DeskState.SAFE_MODE: _stop,
    DeskState.LOCKED: _padlock,
}


def _unit() -> int:
    """Thirty-two of these are the side, as in lamp.svg."""
    return SIZE * _SCALE // 32


def _point(x: float, y: float) -> tuple[float, float]:
    return x * _unit(), y * _unit()


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [_point(*one) for one in points]


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (*_point(x - radius, y - radius), *_point(x + radius, y + radius))
