// The ground under the points, drawn from local data: sea and land, the schematic outline, a graticule, township names.

import { CanvasLayer } from "./canvas-layer.js";
import { DETAIL_ZOOM, GAUGE_RADIUS, trayLabel } from "./arrange.js";
import { latitudeAt, longitudeAt, scaleOf, worldX, worldY } from "./projection.js";
import { FONT } from "./shapes.js";
import { sized } from "./size.js";

const SEA = "#dde7e5";
const SHORE = "#b4c6c1";
const LAND = "#f5f5ef";
const COUNTY = "#fdfdfb";
const BORDER = "#1f6f4a";
const LINE = "rgba(85, 96, 90, 0.14)";
const QUIET = "#6b766f";
const INK = "#1d2521";
const VILLAGE_ZOOM = 12;
const STEPS = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

export function drawGround(map, groups, ground) {
  const land = ground.land.map(worldRings);
  const outlines = ground.outlines.flatMap((outline) => outline.polygons.map(worldRings));
  const lines = {
    schematic: ringsOf(ground.outlines.filter((outline) => outline.schematic !== false)),
    exact: ringsOf(ground.outlines.filter((outline) => outline.schematic === false)),
    townships: (ground.borders ?? []).map(worldRings),
    villages: [],
  };
  map.createPane("ground").style.zIndex = 150; // below tiles: it shows where they are missing
  map.createPane("lines").style.zIndex = 350;
  for (const name of ["ground", "lines"]) map.getPane(name).style.pointerEvents = "none";
  new CanvasLayer((context, view) => paintLand(context, view, ground.sheet, land, outlines), { pane: "ground" }).addTo(map);
  const borders = new CanvasLayer((context, view) => paintBorders(context, view, lines), { pane: "lines" });
  groups.outline.addLayer(borders);
  if (ground.villages) drawVillagesNearBy(map, ground.villages, lines, borders);
  groups.graticule.addLayer(new CanvasLayer(paintGraticule, { pane: "lines" }));
}

// In the pane of the marks, over them: whenever these are painted, their names are.
export function drawLabels(group, marks, words) {
  group.addLayer(new CanvasLayer((context, view) => paintLabels(context, view, marks, words), { pane: "marks" }));
}

function worldRings(rings) {
  return rings.map((ring) => ring.map(([longitude, latitude]) => [worldX(longitude), worldY(latitude)]));
}

function trace(context, view, polygons) {
  const scale = scaleOf(view.zoom);
  context.beginPath();
  for (const ring of polygons.flat()) {
    for (const [index, [x, y]] of ring.entries()) {
      context[index ? "lineTo" : "moveTo"](x * scale - view.left, y * scale - view.top);
    }
    context.closePath();
  }
}

function paintLand(context, view, sheet, land, outlines) {
  if (!sheet) {
    context.fillStyle = LAND;
    context.fillRect(0, 0, view.width, view.height);
  } else {
    paintSheet(context, view, sheet, land);
  }
  context.save();
  if (sheet) {
    trace(context, view, land); // an outline is rough: where it strays into the sea it is not painted
    context.clip("evenodd");
  }
  trace(context, view, outlines);
  context.fillStyle = COUNTY;
  context.fill("evenodd");
  context.restore();
}

// Like a printed sheet: it ends at a neat line, beyond which nothing is claimed.
function paintSheet(context, view, [south, west, north, east], land) {
  const scale = scaleOf(view.zoom);
  const left = worldX(west) * scale - view.left;
  const top = worldY(north) * scale - view.top;
  const width = (worldX(east) - worldX(west)) * scale;
  const height = (worldY(south) - worldY(north)) * scale;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = SEA;
  context.fillRect(left, top, width, height);
  trace(context, view, land);
  for (const [lineWidth, alpha] of [[18, 0.18], [10, 0.25], [4, 0.35]]) {
    context.lineWidth = lineWidth;
    context.strokeStyle = `rgba(255, 255, 255, ${alpha})`;
    context.stroke();
  }
  context.fillStyle = LAND;
  context.fill("evenodd");
  context.lineWidth = 1;
  context.strokeStyle = SHORE;
  context.stroke();
  context.restore();
  context.lineWidth = 1;
  context.strokeStyle = "#cfd4ca";
  context.strokeRect(left, top, width, height);
  context.strokeRect(left - 4, top - 4, width + 8, height + 8);
}

function ringsOf(outlines) {
  return outlines.flatMap((outline) => outline.polygons.map(worldRings));
}

// Borders of villages would be a tangle from afar, and are much to fetch: they come when somebody looks near by.
function drawVillagesNearBy(map, address, lines, borders) {
  let asked = false;
  const look = async () => {
    if (asked || map.getZoom() < VILLAGE_ZOOM) return;
    asked = true;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => ({ ok: false }));
    if (!answer.ok) return;
    lines.villages = (await answer.json()).polygons.flatMap((polygons) => polygons.map(worldRings));
    borders.redraw();
  };
  map.on("zoomend", look);
  look();
}

function paintBorders(context, view, { schematic, exact, townships, villages }) {
  if (view.zoom >= VILLAGE_ZOOM) stroke(context, view, villages, 0.75, 0.28);
  stroke(context, view, townships, 1, 0.38);
  for (const outlines of [schematic, exact]) stroke(context, view, outlines, 5, 0.08);
  stroke(context, view, exact, 1.5, 0.7);
  context.setLineDash([7, 3, 1.5, 3]); // schematic: never a solid line
  stroke(context, view, schematic, 1.25, 0.6);
  context.setLineDash([]);
}

function stroke(context, view, polygons, width, alpha) {
  if (!polygons.length) return;
  trace(context, view, polygons);
  context.lineWidth = width;
  context.strokeStyle = BORDER;
  context.globalAlpha = alpha;
  context.stroke();
  context.globalAlpha = 1;
}

function paintGraticule(context, view) {
  const scale = scaleOf(view.zoom);
  const west = longitudeAt(view.left / scale);
  const east = longitudeAt((view.left + view.width) / scale);
  const north = latitudeAt(view.top / scale);
  const south = latitudeAt((view.top + view.height) / scale);
  const step = STEPS.find((candidate) => (candidate / (east - west)) * view.width < 260) ?? STEPS.at(-1);
  context.lineWidth = 1;
  context.strokeStyle = LINE;
  context.fillStyle = QUIET;
  context.font = `400 ${sized(11)}px ${FONT}`;
  context.textBaseline = "bottom";
  for (const longitude of multiples(west, east, step)) {
    const x = Math.round(worldX(longitude) * scale - view.left) + 0.5;
    line(context, x, 0, x, view.height);
    context.fillText(degrees(longitude, "E", "W"), x + 4, view.height - view.edge.y - 4);
  }
  for (const latitude of multiples(south, north, step)) {
    const y = Math.round(worldY(latitude) * scale - view.top) + 0.5;
    line(context, 0, y, view.width, y);
    context.fillText(degrees(latitude, "N", "S"), view.edge.x + 6, y - 2);
  }
}

function* multiples(from, to, step) {
  for (let count = Math.ceil(from / step); count * step <= to; count += 1) yield count * step;
}

function line(context, fromX, fromY, toX, toY) {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

function degrees(value, positive, negative) {
  const minutes = Math.round(Math.abs(value) * 60);
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)}°${rest ? `${String(rest).padStart(2, "0")}′` : ""}${value < 0 ? negative : positive}`;
}

// Under a gauge from afar, in the middle of its villages near by; a name that would cover another waits for a closer look.
function paintLabels(context, view, marks, words) {
  marks.arrangeFor(view.zoom);
  const below = ["townships", "villages", "unserved"].some((layer) => marks.layers.includes(layer)) && view.zoom < DETAIL_ZOOM ? GAUGE_RADIUS + sized(12) : 0;
  const taken = [];
  context.font = `600 ${sized(12)}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const spot of new Set(marks.spots.values())) {
    if (spot.townships[0].x === null || isIdleCounty(spot)) continue;
    const text = labelOf(spot, words);
    const at = spot.townships[0].kind === "county" ? trayLabel(spot) : { x: spot.x, y: spot.y + below };
    const box = { x: at.x - view.left, y: at.y - view.top, half: context.measureText(text).width / 2 + 2 };
    if (taken.some((other) => Math.abs(other.y - box.y) < sized(14) && Math.abs(other.x - box.x) < other.half + box.half)) continue;
    taken.push(box);
    context.lineWidth = 3.5;
    context.strokeStyle = "rgba(253, 253, 251, 0.92)";
    context.strokeText(text, box.x, box.y);
    context.fillStyle = INK;
    context.fillText(text, box.x, box.y);
  }
}

function isIdleCounty({ townships, orbit }) {
  return townships[0].kind === "county" && !orbit.length && !townships[0].visits;
}

function labelOf({ townships }, words) {
  const [{ name, kind }] = townships;
  if (kind === "cluster") return name;
  const shown = name.length > 12 ? `${name.slice(0, 11)}…` : name;
  if (kind === "county") return words.whole_county.replace("{name}", shown);
  return townships.length > 1 ? `${shown} +${townships.length - 1}` : shown;
}
