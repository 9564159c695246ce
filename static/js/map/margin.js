// What stands at the margin of a map sheet: how long a kilometre is, and where the north is.

const L = window.L;
const SVG = "http://www.w3.org/2000/svg";
const ARROW = "M12 3 6.500 20 12 16.500 17.500 20Z";

export function furnishMargin(map, words) {
  L.control.scale({ imperial: false, maxWidth: 120, position: "topleft" }).addTo(map);
  north(words.north).addTo(map);
}

function north(word) {
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const box = L.DomUtil.create("div", "map-north");
    const letter = L.DomUtil.create("span", "", box);
    letter.textContent = word;
    box.prepend(arrow());
    return box;
  };
  return control;
}

function arrow() {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ARROW);
  drawing.append(path);
  return drawing;
}
