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

export function itemsOf(points) {
  const townships = rowsOf(points.townships).map(placedTownship);
  const items = { townships };
  for (const [kind, name] of Object.entries(KINDS)) {
    let id = 0;
    const rows = rowsOf(points[name]).map((row) => ({ ...row, id: (id += row.id) }));
    items[name] = rows.map((row) => placedRow(row, kind, townships)).filter((item) => item.x !== null);
  }
  return items;
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
