// Where each mark goes at a zoom: from afar one gauge for a township's villages, near by every village of its own.
// Marks that share a spot stand in rings around it, so that each can be touched. Pure: items in, marks out.

import { LAYERS } from "./points.js";
import { scaleOf } from "./projection.js";
import { sized } from "./size.js";

export const DETAIL_ZOOM = 11.5; // villages of a county are then about 30 pixels apart
export const GAUGE_RADIUS = sized(15);
const ELBOW_ROOM = sized(62); // a gauge with its name, its visits and half of what stands around it
const FARTHEST_MOVE = 2 * GAUGE_RADIUS;
const FIRST_RING = sized(27);
const RING_STEP = sized(13);
const TRAY_STEP = sized(16);
const TRAY_WIDTH = 8;
const MOST_IN_ORBIT = 24; // more than two rings around a gauge would reach its neighbours
const MOST_MOVED = 150; // more would take longer than a touch
const LARGEST_CIRCLE = sized(40);
const RADII = { project: sized(5.5), base: sized(6.5), village: sized(5), posting: sized(6.5), need: sized(7.5), problem: sized(7.5), pairing: sized(6.5) };
const LARGEST_BASE = sized(14);
const GAUGED = ["townships", "villages", "unserved"]; // from afar any of these is told by the township's gauge
const BADGE_RADIUS = sized(7.5);
const HEAP_RADIUS = sized(10);

export function arrange(items, zoom, layers) {
  const scale = scaleOf(zoom);
  if (items.clusters) return arrangeClusters(items, scale, new Set(layers));
  const near = zoom >= DETAIL_ZOOM;
  const on = new Set(layers);
  const spots = townshipSpots(items.townships, scale, near);
  const villages = wantedVillages(items.villages, on);
  const loners = [];
  const shown = Object.values(LAYERS).flatMap((layer) => wanted(items[layer], on, layer));
  for (const item of shown) {
    const spot = item.own ? (near ? null : covering(spots, item, scale)) : spots.get(item.at);
    (spot ? spot.orbit : loners).push(item);
  }
  if (near) for (const item of villages) (item.own ? loners : spots.get(item.at).orbit).push(item);
  const marks = [...new Set(spots.values())].flatMap((spot) => [...marksAround(spot, near)]);
  marks.push(...(near ? townshipVisits(spots, on) : gauges(items.villages, spots, on)));
  marks.push(...aloneOrTogether(loners, scale)); // on top: these stand where they say
  const circles = employmentCircles(wanted(items.employment, on, "employment"), marks, spots, scale, near);
  return { marks: [...circles, ...marks], spots };
}

// A crowded region from afar: a gauge for each cell, and around it what stands near.
function arrangeClusters(items, scale, on) {
  const spots = items.clusters.map((cluster) => ({
    x: cluster.x * scale,
    y: cluster.y * scale,
    townships: [{ ...cluster, kind: cluster.townships > 1 ? "cluster" : "township" }],
    orbit: [],
  }));
  if (spots.length <= MOST_MOVED) moveApart(spots);
  const loners = [];
  for (const item of Object.values(LAYERS).flatMap((layer) => wanted(items[layer], on, layer))) {
    const spot = nearest(spots, item, scale);
    (spot ? spot.orbit : loners).push(item);
  }
  const marks = spots.flatMap((spot) => [...marksAround(spot, false)]);
  for (const spot of spots) marks.push(...clusterMarks(spot, on));
  marks.push(...aloneOrTogether(loners, scale));
  const homes = new Map(items.townships.map((township) => [township, nearest(spots, township, scale)]).filter(([, spot]) => spot));
  const circles = employmentCircles(wanted(items.employment, on, "employment"), marks, homes, scale, false);
  return { marks: [...circles, ...marks], spots: new Map(spots.map((spot) => [spot, spot])) };
}

function nearest(spots, item, scale) {
  let found = null;
  let least = ELBOW_ROOM;
  for (const spot of spots) {
    const gap = Math.hypot(spot.x - item.x * scale, spot.y - item.y * scale);
    if (gap < least) [found, least] = [spot, gap];
  }
  return found;
}

function* clusterMarks(spot, on) {
  const [cluster] = spot.townships;
  const radius = cluster.kind === "cluster" ? GAUGE_RADIUS * 1.3 : GAUGE_RADIUS;
  const shared = { spot, x: spot.x, y: spot.y, id: cluster.id, name: cluster.name, all: cluster.all, served: cluster.served, visits: cluster.visits, posted: cluster.posted > 0 };
  const gauged = GAUGED.some((layer) => on.has(layer));
  if (gauged) yield { ...shared, kind: "township", radius, hollow: cluster.hollow, cluster };
  if (on.has("visits") && cluster.visits) {
    const aside = gauged ? radius + 3 : 0;
    yield { ...shared, kind: "visits", x: spot.x + aside, y: spot.y + aside * 0.35, radius: BADGE_RADIUS };
  }
}

function wanted(items, on, layer) {
  return on.has(layer) ? items : [];
}

function wantedVillages(villages, on) {
  return villages.filter((village) => on.has(village.served ? "villages" : "unserved") || (on.has("visits") && village.visits > 0));
}

// Townships whose gauges would cover each other from afar share one spot, the first one's.
function townshipSpots(townships, scale, near) {
  const spots = new Map();
  const kept = [];
  for (const township of townships) {
    const x = township.x * scale;
    const y = township.y * scale;
    const alone = near || township.kind === "county";
    const close = alone ? undefined : kept.find((spot) => Math.hypot(spot.x - x, spot.y - y) < GAUGE_RADIUS * 1.8);
    const spot = close ?? { x, y, townships: [], orbit: [] };
    if (!close && township.x !== null) kept.push(spot);
    spot.townships.push(township);
    spots.set(township, spot);
  }
  if (!near) moveApart(kept);
  return spots;
}

// As on a printed map, signs that would cover each other are moved a little apart: never further than a gauge is wide.
function moveApart(spots) {
  const homes = spots.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < 24; round += 1) {
    for (const [index, spot] of spots.entries()) {
      for (const other of spots.slice(index + 1)) pushApart(spot, other);
    }
    for (const [index, spot] of spots.entries()) {
      const away = Math.hypot(spot.x - homes[index].x, spot.y - homes[index].y);
      const kept = Math.min(1, FARTHEST_MOVE / (away || 1));
      spot.x = homes[index].x + (spot.x - homes[index].x) * kept;
      spot.y = homes[index].y + (spot.y - homes[index].y) * kept;
    }
  }
}

function pushApart(spot, other) {
  const x = other.x - spot.x;
  const y = other.y - spot.y;
  const distance = Math.hypot(x, y) || 1;
  const push = (ELBOW_ROOM - distance) / 2;
  if (push <= 0) return;
  spot.x -= (x / distance) * push;
  spot.y -= (y / distance) * push;
  other.x += (x / distance) * push;
  other.y += (y / distance) * push;
}

function mark(item, x, y) {
  return { kind: item.kind, id: item.id, name: item.name, item, x, y, radius: radiusOf(item), hollow: item.hollow };
}

// A base is as large as its area asks: a hundred mu look twice as large as none.
function radiusOf(item) {
  return item.area ? Math.min(LARGEST_BASE, RADII.base + sized(0.35) * Math.sqrt(item.area)) : RADII[item.kind];
}

function* aloneOrTogether(loners, scale) {
  for (const together of grouped(loners).values()) {
    const x = together[0].x * scale;
    const y = together[0].y * scale;
    if (together.length === 1) yield mark(together[0], x, y);
    else yield* ringed(together, x, y, RING_STEP);
  }
}

function grouped(items) {
  const groups = new Map();
  for (const item of items) {
    const key = `${item.x.toFixed(5)},${item.y.toFixed(5)}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

function* ringed(items, x, y, firstRing) {
  let radius = firstRing;
  let start = 0;
  while (start < items.length) {
    const room = Math.floor((2 * Math.PI * radius) / RING_STEP);
    const ring = items.slice(start, start + room);
    for (const [index, item] of ring.entries()) {
      // From the upper left, clockwise; a ring that is not full stays together, above the name and the visits.
      const angle = (index / Math.max(ring.length, Math.min(room, 11))) * 2 * Math.PI - Math.PI * 0.83;
      yield mark(item, x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    start += ring.length;
    radius += RING_STEP;
  }
}

// From afar, what stands under a township's gauge joins those around it, so that neither hides the other.
function covering(spots, item, scale) {
  const spot = spots.get(item.home);
  const isUnder = spot && Math.hypot(spot.x - item.x * scale, spot.y - item.y * scale) < GAUGE_RADIUS + RADII[item.kind];
  return isUnder ? spot : null;
}

function* marksAround(spot, near) {
  if (spot.townships[0].kind === "county") {
    yield* inRows(spot);
    return;
  }
  if (near || spot.orbit.length <= MOST_IN_ORBIT) {
    yield* ringed(spot.orbit, spot.x, spot.y, FIRST_RING);
    return;
  }
  const kinds = Object.keys(LAYERS).map((kind) => [kind, spot.orbit.filter((item) => item.kind === kind)]);
  for (const [index, [kind, items]] of kinds.filter(([, found]) => found.length).entries()) {
    const angle = -Math.PI / 2 + (index - 0.5) * 0.9;
    const x = spot.x + FIRST_RING * Math.cos(angle);
    const y = spot.y + FIRST_RING * Math.sin(angle);
    yield { kind, count: items.length, items, spot, x, y, radius: HEAP_RADIUS, hollow: true };
  }
}

// What is recorded of the county as a whole lies in no township: a tray at the county's corner, above its name.
function* inRows({ orbit, x, y }) {
  for (const [index, item] of orbit.entries()) {
    yield mark(item, x + TRAY_STEP * (index % TRAY_WIDTH), y - TRAY_STEP * Math.floor(index / TRAY_WIDTH));
  }
}

// Where the name of a tray goes: below the middle of its first row.
export function trayLabel({ orbit, x, y }) {
  return { x: x + (TRAY_STEP * (Math.min(orbit.length, TRAY_WIDTH) - 1)) / 2, y: y + TRAY_STEP };
}

function* gauges(villages, spots, on) {
  const totals = new Map();
  const empty = { served: 0, all: 0, visits: 0, posted: false };
  for (const spot of spots.values()) totals.set(spot, { ...empty });
  const without = { ...empty };
  for (const [township, spot] of spots) {
    totals.get(spot).visits += township.visits;
    totals.get(spot).posted ||= township.posted;
  }
  for (const village of villages) {
    const total = village.home ? totals.get(spots.get(village.home)) : without;
    total.all += 1;
    total.served += village.served ? 1 : 0;
    total.visits += village.visits;
  }
  const gauged = GAUGED.some((layer) => on.has(layer));
  for (const [spot, total] of totals) {
    if (spot.townships[0].x === null || spot.townships[0].kind === "county") continue;
    const [first] = spot.townships;
    const alone = spot.townships.length === 1;
    const shared = { spot, x: spot.x, y: spot.y, id: alone ? first.id : null, name: first.name, ...total };
    if (gauged && (total.all || on.has("townships"))) yield { ...shared, kind: "township", radius: GAUGE_RADIUS, hollow: first.hollow };
    if (on.has("visits") && total.visits) {
      const aside = gauged && total.all ? GAUGE_RADIUS + 3 : 0;
      yield { ...shared, kind: "visits", x: spot.x + aside, y: spot.y + aside * 0.35, radius: BADGE_RADIUS };
    }
  }
}

// Visits to a township as such, not to one of its villages: under its name, in the middle of its villages.
function* townshipVisits(spots, on) {
  if (!on.has("visits")) return;
  for (const [township, spot] of spots) {
    if (!township.visits || township.x === null) continue;
    yield { kind: "visits", spot, id: township.id, name: township.name, visits: township.visits, x: spot.x, y: spot.y + GAUGE_RADIUS, radius: BADGE_RADIUS };
  }
}

// The area of a circle is the number of people. From afar those without a point of their own are added up for the township.
function* employmentCircles(rows, marks, spots, scale, near) {
  const owners = new Map(marks.filter((m) => m.item).map((m) => [`${m.kind}-${m.id}`, m]));
  const circles = new Map();
  for (const row of rows) {
    const owner = near || row.own ? owners.get(`${row.owner}-${row.id}`) : null;
    const spot = row.at && !owner ? spots.get(row.at) : null;
    const key = spot ?? owner ?? row;
    const x = spot?.x ?? owner?.x ?? row.x * scale;
    const y = spot?.y ?? owner?.y ?? row.y * scale;
    const circle = circles.get(key) ?? { kind: "employment", persons: 0, rows: [], x, y };
    circle.persons += row.persons;
    circle.rows.push(row);
    circles.set(key, circle);
  }
  const most = Math.max(1, ...[...circles.values()].map((circle) => circle.persons));
  for (const circle of [...circles.values()].sort((a, b) => b.persons - a.persons)) {
    yield { ...circle, radius: Math.max(5, LARGEST_CIRCLE * Math.sqrt(circle.persons / most)), name: circle.rows[0].name };
  }
}
