// The points document: columns of plain values, made into items. Nothing here touches the page.
//
// Ids are steps from the row before. Positions are integers of 1/20000 degree: townships' as they are, all others'
// from the point of their township. A row without one stands at its township's point and is hollow, as is a row
// whose own position is only approximate.

import { worldX, worldY } from "./projection.js";

const FINENESS = 20000;
const APPROXIMATE = 1;
const ILLUSTRATIVE = 2;
const WHOLE_COUNTY = 4;
export const LAYERS = { project: "projects", base: "bases", posting: "postings", need: "needs", problem: "problems", pairing: "pairings" };
const KINDS = { village: "villages", ...LAYERS, employment: "employment" };

// ``known`` are townships that stand already: rows of the same ones stand with them.
export function itemsOf(points, known = []) {
  const standing = new Map(known.map((township) => [township.id, township]));
  const townships = rowsOf(points.townships).map((row) => standing.get(row.id) ?? placedTownship(row));
  const items = { townships };
  for (const [kind, name] of Object.entries(KINDS)) {
    let id = 0;
    const rows = rowsOf(points[name] ?? { id: [] }).map((row) => ({ ...row, id: (id += row.id) }));
    items[name] = rows.map((row) => placedRow(row, kind, townships)).filter((item) => item.x !== null);
  }
  return items;
}

// What a crowded region shows of the part that is looked at, put into what it shows everywhere.
export function itemsSeen(seen, base, words) {
  if (seen.clusters) return { ...base, villages: [], clusters: rowsOf(seen.clusters).map((row) => placedCluster(row, words)) };
  const items = itemsOf(seen, base.townships);
  const townships = [...new Set([...base.townships, ...items.townships])];
  const hasMarks = Object.values(LAYERS).some((layer) => base[layer].length);
  return { ...items, ...(hasMarks ? base : {}), townships, villages: items.villages, employment: base.employment };
}

function placedCluster(row, words) {
  const name = row.townships > 1 ? words.township_count.replace("{n}", row.townships) : row.name;
  return { ...row, name, all: row.villages, hollow: Boolean(row.flags & APPROXIMATE), x: worldX(row.lng / FINENESS), y: worldY(row.lat / FINENESS) };
}

// The corners of what a cluster holds: south, west, north, east in degrees.
export function cornersOf(cluster) {
  const [south, west, north, east] = cluster.box.map((edge) => edge / FINENESS);
  return [[south, west], [north, east]];
}

function rowsOf(columns) {
  const names = Object.keys(columns);
  return Array.from({ length: columns.id.length }, (_, index) => Object.fromEntries(names.map((name) => [name, columns[name][index]])));
}

function placedTownship(row) {
  const known = row.lat !== null;
  return {
    ...row,
    kind: row.flags & WHOLE_COUNTY ? "county" : "township",
    hollow: Boolean(row.flags & APPROXIMATE),
    x: known ? worldX(row.lng / FINENESS) : null,
    y: known ? worldY(row.lat / FINENESS) : null,
  };
}

function placedRow(row, kind, townships) {
  const own = row.lat !== null;
  const township = row.township === null ? null : townships[row.township];
  return {
    ...row,
    kind,
    own,
    home: township,
    at: own ? null : township,
    hollow: !own || Boolean(row.flags & APPROXIMATE),
    illustrative: Boolean(row.flags & ILLUSTRATIVE),
    x: own ? worldX((row.lng + (township?.lng ?? 0)) / FINENESS) : (township?.x ?? null),
    y: own ? worldY((row.lat + (township?.lat ?? 0)) / FINENESS) : (township?.y ?? null),
  };
}
