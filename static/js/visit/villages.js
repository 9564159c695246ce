// The plain ground of the small map: a graticule as on the large one, villages and townships with their names.

import { CanvasLayer } from "../map/canvas-layer.js";
import { drawGround } from "../map/ground.js";
import { scaleOf, worldX, worldY } from "../map/projection.js";
import { FONT } from "../map/shapes.js";
import { sized } from "../map/size.js";

const L = window.L;
const DOT = "#1f6f4a";
const INK = "#1d2521";
const NAMES_FROM_ZOOM = 11;

const NOTHING = { land: [], outlines: [], sheet: null };

export function ground(map, villages, sheet = NOTHING) {
  const lines = { addLayer: (layer) => layer.addTo(map) };
  drawGround(map, { outline: sheet === NOTHING ? L.layerGroup() : lines, graticule: lines }, sheet);
  const spots = villages.map(({ name, township, latitude_deg, longitude_deg }) => ({ name, village: Boolean(township), x: worldX(longitude_deg), y: worldY(latitude_deg) }));
  map.createPane("villages").style.zIndex = 360;
  map.getPane("villages").style.pointerEvents = "none";
  new CanvasLayer((context, view) => paint(context, view, spots), { pane: "villages" }).addTo(map);
}

function paint(context, view, spots) {
  const scale = scaleOf(view.zoom);
  const near = spots
    .map(({ name, village, x, y }) => ({ name, village, x: x * scale - view.left, y: y * scale - view.top }))
    .filter(({ x, y }) => x > 0 && y > 0 && x < view.width && y < view.height);
  context.strokeStyle = DOT;
  context.lineWidth = 1.5;
  for (const { x, y, village } of near) {
    context.fillStyle = village ? DOT : "#fff"; // a township is a hollow mark: it is somewhere around here
    context.beginPath();
    context.arc(x, y, sized(village ? 3.5 : 4.5), 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  if (view.zoom >= NAMES_FROM_ZOOM) paintNames(context, near);
}

// A name that would cover another waits for a closer look.
function paintNames(context, near) {
  const taken = [];
  context.font = `400 ${sized(12)}px ${FONT}`;
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = "rgba(253, 253, 251, 0.9)";
  context.fillStyle = INK;
  for (const { name, x, y } of near) {
    const text = name.length > 10 ? `${name.slice(0, 9)}…` : name;
    const left = x + sized(7);
    const box = { left, right: left + context.measureText(text).width, y };
    if (taken.some((other) => Math.abs(other.y - y) < sized(15) && other.left < box.right && box.left < other.right)) continue;
    taken.push(box);
    context.strokeText(text, left, y);
    context.fillText(text, left, y);
  }
}
