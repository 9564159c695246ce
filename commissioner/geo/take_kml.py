"""Marks of the map as KML: a folder for each layer, a style for each kind, every text escaped; written piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from commissioner.geo.taken import FIELDS, Taken, TakenLayer, TakenPoint, plain

KML = "application/vnd.google-earth.kml+xml"
TOGETHER = 500
NAME, KIND, TOWNSHIP, NOTE = (list(FIELDS).index(key) for key in ("name", "kind", "township", "note"))


def kml(taken: Taken) -> Iterator[bytes]:
    """The document's pieces. No picture is asked for from anywhere: programs draw their own pin in the layer's colour."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"<name>{_text(f'{taken.title} {taken.day}')}</name>\n<description>{_prose(taken.description)}</description>\n"
    ).encode()
    for layer in taken.layers:
        yield (_style(layer, "", "ff", "1.0") + _style(layer, "-approx", "80", "0.8")).encode()
    for layer in taken.layers:
        yield f"<Folder><name>{_text(layer.label)}</name>\n".encode()
        for first in range(0, len(layer.points), TOGETHER):
            yield "".join(_placemark(layer, one) for one in layer.points[first : first + TOGETHER]).encode()
        yield b"</Folder>\n"
    yield b"</Document>\n</kml>\n"


def _style(layer: TakenLayer, ending: str, alpha: str, scale: str) -> str:
    red, green, blue = (layer.colour[at : at + 2] for at in (1, 3, 5))
    colour = f"<color>{alpha}{blue}{green}{red}</color>"  # KML writes them the other way round
    return (
        f'<Style id="{layer.key}{ending}"><IconStyle>{colour}<scale>{scale}</scale></IconStyle>'
        "<LabelStyle><scale>0.8</scale></LabelStyle></Style>\n"
    )


def _placemark(layer: TakenLayer, point: TakenPoint) -> str:
    longitude_deg, latitude_deg = point.position
    said = [str(point.values[at]) for at in (KIND, TOWNSHIP, NOTE) if point.values[at]]
    data = "".join(
        f'<Data name="{key}"><value>{_text(value)}</value></Data>'
        for key, value in zip(FIELDS, point.values, strict=True)
        if key != "name" and value is not None
    )
    return (
        f"<Placemark><name>{_text(point.values[NAME])}</name><description>{_prose(' · '.join(said))}</description>"
        f"<styleUrl>#{layer.key}{'-approx' if point.is_approximate else ''}</styleUrl>"
        f"<ExtendedData>{data}</ExtendedData>"
        f"<Point><coordinates>{longitude_deg},{latitude_deg}</coordinates></Point></Placemark>\n"
    )


def _text(value: object) -> str:
    return escape(plain(value)) if isinstance(value, str) else str(value)


def _prose(text: str) -> str:
    """A description is read as HTML: what is said in it must be text there, too."""
    return escape("<br>".join(escape(plain(line)) for line in text.split("\n")))
