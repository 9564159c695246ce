// What is under the pointer, said beside it in plain text.

const L = window.L;
const FINGER = 16;
const MOUSE = 5;

export function reachOf(event) {
  return event?.pointerType === "mouse" ? MOUSE : FINGER;
}

export function hover(map, marks, words) {
  const tooltip = L.tooltip({ direction: "top", opacity: 1, className: "map-tooltip" });
  let shown = null;
  map.on("mousemove", (event) => {
    const mark = marks.at(event.containerPoint, MOUSE);
    map.getContainer().classList.toggle("over-mark", Boolean(mark));
    if (mark === shown) return;
    shown = mark;
    if (!mark) return void tooltip.remove();
    tooltip.options.offset = L.point(0, -mark.radius - 2);
    tooltip.setContent(described(mark, words)).setLatLng(marks.latLngOf(mark)).addTo(map);
  });
  map.on("mouseout zoomstart", () => {
    shown = null;
    tooltip.remove();
  });
}

// What a heap of marks is called: 3 个项目.
export function heapTitle(mark, words) {
  return fill(words[`${mark.kind}_count`], { n: mark.count });
}

function described(mark, words) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = shortened(title(mark, words));
  box.append(name);
  for (const text of details(mark, words)) {
    const line = document.createElement("span");
    line.textContent = text;
    box.append(line);
  }
  return box;
}

function title(mark, words) {
  if (mark.spot && mark.spot.townships.length > 1) return fill(words.several_townships, { name: mark.name, n: mark.spot.townships.length });
  if (mark.spot) return mark.spot.townships[0].name;
  return mark.name;
}

function details(mark, words) {
  if (mark.kind === "township") {
    const lines = [fill(words.served_of, { served: mark.served, all: mark.all })];
    if (mark.posted) lines.push(words.posted);
    if (mark.hollow) lines.push(words.approximate);
    return lines;
  }
  if (mark.kind === "visits") return [fill(words.visit_count, { n: mark.visits })];
  if (mark.kind === "employment") return [fill(words.persons, { n: mark.persons })];
  if (mark.count) return [heapTitle(mark, words)];
  const lines = [mark.kind === "village" && !mark.item.served ? words.unserved : words[mark.kind]];
  if (mark.item.area) lines.push(fill(words.area, { n: mark.item.area }));
  if (mark.item.visits) lines.push(fill(words.visit_count, { n: mark.item.visits }));
  if (!mark.item.own) lines.push(words.at_township);
  else if (mark.hollow) lines.push(words.approximate);
  if (mark.item.illustrative) lines.push(words.illustrative);
  return lines;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function shortened(text) {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
