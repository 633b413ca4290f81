"""The colour spaces of CSS, by way of XYZ (CSS Color 4, sections 10 and 17)."""

from __future__ import annotations

import math
from collections.abc import Callable

Triple = tuple[float, float, float]
_Matrix = tuple[Triple, Triple, Triple]

# Section 17, with the white point D65 for XYZ.
_TO_XYZ: _Matrix = (
    (506752 / 1228815, 87881 / 245763, 12673 / 70218),
    (87098 / 409605, 175762 / 245763, 12673 / 175545),
    (7918 / 409605, 87881 / 737289, 1001167 / 1053270),
)
_FROM_XYZ: _Matrix = (
    (12831 / 3959, -329 / 214, -1974 / 3959),
    (-851781 / 878810, 1648619 / 878810, 36519 / 878810),
    (705 / 12673, -2585 / 12673, 705 / 667),
)
_P3: _Matrix = (
    (608311 / 1250200, 189793 / 714400, 198249 / 1000160),
    (35783 / 156275, 247089 / 357200, 198249 / 2500400),
    (0.0, 32229 / 714400, 5220557 / 5000800),
)
_PROPHOTO: _Matrix = (  # to D50
    (0.79776664490064230, 0.13518129740053308, 0.03134773412839220),
    (0.28807482881940130, 0.71183523424187300, 0.00008993693872564),
    (0.0, 0.0, 0.82510460251046020),
)
_A98: _Matrix = (
    (573536 / 994567, 263643 / 1420810, 187206 / 994567),
    (591459 / 1989134, 6239551 / 9945670, 374412 / 4972835),
    (53769 / 1989134, 351524 / 4972835, 4929758 / 4972835),
)
_REC2020: _Matrix = (
    (63426534 / 99577255, 20160776 / 139408157, 47086771 / 278816314),
    (26158966 / 99577255, 472592308 / 697040785, 8267143 / 139408157),
    (0.0, 19567812 / 697040785, 295819943 / 278816314),
)
_D50_TO_D65: _Matrix = (
    (0.955473421488075, -0.02309845494876471, 0.06325924320057072),
    (-0.0283697093338637, 1.0099953980813041, 0.021041441191917323),
    (0.012314014864481998, -0.020507649298898964, 1.330365926242124),
)
_D65_TO_D50: _Matrix = (
    (1.0479297925449969, 0.022946870601609652, -0.05019226628920524),
    (0.02962780877005599, 0.9904344267538799, -0.017073799063418826),
    (-0.009243040646204504, 0.015055191490298152, 0.7518742814281371),
)
_WHITE_D50: Triple = (0.3457 / 0.3585, 1.0, (1.0 - 0.3457 - 0.3585) / 0.3585)
_LMS_TO_XYZ: _Matrix = (
    (1.2268798758459243, -0.5578149944602171, 0.2813910456659647),
    (-0.0405757452148008, 1.1122868032803170, -0.0717110580655164),
    (-0.0763729366746601, -0.4214933324022432, 1.5869240198367816),
)
_XYZ_TO_LMS: _Matrix = (
    (0.8190224379967030, 0.3619062600528904, -0.1288737815209879),
    (0.0329836539323885, 0.9292868615863434, 0.0361446663506424),
    (0.0481771893596242, 0.2642395317527308, 0.6335478284694309),
)
_OKLAB_TO_LMS: _Matrix = (
    (1.0, 0.3963377773761749, 0.2158037573099136),
    (1.0, -0.1055613458156586, -0.0638541728258133),
    (1.0, -0.0894841775298119, -1.2914855480194092),
)
_LMS_TO_OKLAB: _Matrix = (
    (0.2104542683093140, 0.7936177747023054, -0.0040720430116193),
    (1.9779985324311684, -2.4285922420485799, 0.4505937096174110),
    (0.0259040424655478, 0.7827717124575296, -0.8086757549230774),
)
_KAPPA, _EPSILON = 24389 / 27, 216 / 24389


def _times(matrix: _Matrix, vector: Triple) -> Triple:
    one, two, three = (row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2] for row in matrix)
    return one, two, three


def _each(convert: Callable[[float], float], vector: Triple) -> Triple:
    return convert(vector[0]), convert(vector[1]), convert(vector[2])


def _signed(curve: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: math.copysign(curve(abs(value)), value)


_linear_srgb = _signed(lambda c: c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
_encoded_srgb = _signed(lambda c: 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055)
_CURVES = {
    "display-p3": (_linear_srgb, _P3),
    "a98-rgb": (_signed(lambda c: c ** (563 / 256)), _A98),
    "prophoto-rgb": (_signed(lambda c: c / 16 if c <= 16 / 512 else c**1.8), _PROPHOTO),
    # ITU-R BT.2020-2, as browsers have it; the specification's present text states gamma 2.4.
    "rec2020": (_signed(lambda c: c / 4.5 if c < 0.08124286 else ((c + 0.09929683) / 1.09929683) ** (1 / 0.45)), _REC2020),
    "srgb": (_linear_srgb, _TO_XYZ),
    "srgb-linear": (lambda c: c, _TO_XYZ),
}


def to_xyz(space: str, components: Triple) -> Triple:
    """Components of a space as XYZ with the white point D65."""
    if space in _CURVES:
        curve, matrix = _CURVES[space]
        xyz = _times(matrix, _each(curve, components))
        return _times(_D50_TO_D65, xyz) if space == "prophoto-rgb" else xyz
    if space == "hsl":
        return to_xyz("srgb", _from_hsl(components))
    if space == "hwb":
        return to_xyz("srgb", _from_hwb(components))
    if space in ("lch", "oklch"):
        light, chroma, hue = components
        angle = math.radians(hue)
        return to_xyz(
            space.replace("lch", "lab"), (light, max(0.0, chroma) * math.cos(angle), max(0.0, chroma) * math.sin(angle))
        )
    if space == "lab":
        return _times(_D50_TO_D65, _from_lab(components))
    if space == "oklab":
        light = min(1.0, max(0.0, components[0]))
        return _times(_LMS_TO_XYZ, _each(lambda c: c**3, _times(_OKLAB_TO_LMS, (light, *components[1:]))))
    return _times(_D50_TO_D65, components) if space == "xyz-d50" else components


def _from_lab(lab: Triple) -> Triple:
    light = min(100.0, max(0.0, lab[0]))
    fy = (light + 16) / 116
    fx, fz = lab[1] / 500 + fy, fy - lab[2] / 200
    x = fx**3 if fx**3 > _EPSILON else (116 * fx - 16) / _KAPPA
    y = fy**3 if light > _KAPPA * _EPSILON else light / _KAPPA
    z = fz**3 if fz**3 > _EPSILON else (116 * fz - 16) / _KAPPA
    return x * _WHITE_D50[0], y * _WHITE_D50[1], z * _WHITE_D50[2]


def _from_hsl(hsl: Triple) -> Triple:
    hue, saturation, light = hsl[0], min(100.0, max(0.0, hsl[1])) / 100, hsl[2] / 100

    def channel(n: float) -> float:
        k = (n + hue / 30) % 12
        return light - saturation * min(light, 1 - light) * max(-1.0, min(k - 3, 9 - k, 1.0))

    return channel(0), channel(8), channel(4)


def _from_hwb(hwb: Triple) -> Triple:
    white, black = hwb[1] / 100, hwb[2] / 100
    if white + black >= 1:
        grey = white / (white + black)
        return grey, grey, grey
    return _each(lambda c: c * (1 - white - black) + white, _from_hsl((hwb[0], 100.0, 50.0)))


def to_srgb(xyz: Triple) -> Triple:
    """XYZ with the white point D65 as sRGB, also outside its gamut."""
    return _each(_encoded_srgb, _times(_FROM_XYZ, xyz))


def _to_lab(xyz: Triple) -> Triple:
    d50 = _times(_D65_TO_D50, xyz)
    fx, fy, fz = (
        value ** (1 / 3) if value > _EPSILON else (_KAPPA * value + 16) / 116
        for value in (component / white for component, white in zip(d50, _WHITE_D50, strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


# Spaces in which colours are mixed component by component, and how XYZ becomes their components.
RECTANGULAR: dict[str, Callable[[Triple], Triple]] = {
    "srgb": lambda xyz: to_srgb(xyz),
    "srgb-linear": lambda xyz: _times(_FROM_XYZ, xyz),
    "lab": _to_lab,
    "oklab": lambda xyz: _times(_LMS_TO_OKLAB, _each(math.cbrt, _times(_XYZ_TO_LMS, xyz))),
    "xyz": lambda xyz: xyz,
    "xyz-d65": lambda xyz: xyz,
    "xyz-d50": lambda xyz: _times(_D65_TO_D50, xyz),
}
