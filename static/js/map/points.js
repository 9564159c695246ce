// The points document: columns of plain values, made into items. Nothing here touches the page.
//
// Positions are integers of 1/100000 degree. A row without one stands at its township's point and is hollow,
// as is a row whose own position is only approximate.

import { worldX, worldY } from "./projection.js";

const FINENESS = 100000;
const APPROXIMATE = 1;
const ILLUSTRATIVE = 2;
const WHOLE_COUNTY = 4;
const KINDS = { village: "villages", project: "projects", base: "bases", employment: "employment" };

export function itemsOf(points) {
  const townships = rowsOf(points.townships).map(placedTownship);
  const items = { townships };
  for (const [kind, name] of Object.entries(KINDS)) {
    items[name] = rowsOf(points[name] ?? {}).map((row) => placedRow(row, kind, townships)).filter((item) => item.x !== null);
  }
  return items;
}

function rowsOf(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, index) => Object.fromEntries(names.map((name) => [name, columns[name][index]])));
}

function placedTownship(row) {
  const known = row.lat !== null;
  return {
    kind: row.flags & WHOLE_COUNTY ? "county" : "township",
    id: row.id,
    name: row.name,
    posted: Boolean(row.posted),
    visits: row.visits,
    hollow: Boolean(row.flags & APPROXIMATE),
    x: known ? worldX(row.lng / FINENESS) : null,
    y: known ? worldY(row.lat / FINENESS) : null,
  };
}

function placedRow(row, kind, townships) {
  const own = row.lat !== null && row.lat !== undefined;
  const township = row.township === null ? null : townships[row.township];
  return {
    ...row,
    kind,
    own,
    home: township,
    at: own ? null : township,
    hollow: !own || Boolean(row.flags & APPROXIMATE),
    illustrative: Boolean(row.flags & ILLUSTRATIVE),
    x: own ? worldX(row.lng / FINENESS) : (township?.x ?? null),
    y: own ? worldY(row.lat / FINENESS) : (township?.y ?? null),
  };
}
