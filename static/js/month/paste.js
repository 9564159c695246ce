// A piece of a sheet that is pasted into the table. Which column is what, the server knows; without it the order counts.
import { CELLS, newRow } from "./rows.js";

// Cells between tabs; one that begins and ends with a quote may hold tabs, quotes and lines of its own.
export function cellsOf(text) {
  const table = [[]];
  const cell = /"((?:[^"]|"")*)"(?=\t|\n|$)|([^\t\n]*)/y;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  let place = 0;
  while (place <= plain.length) {
    cell.lastIndex = place;
    const [whole, quoted, bare] = cell.exec(plain);
    table.at(-1).push((quoted?.replaceAll('""', '"') ?? bare).trim());
    place += whole.length;
    if (plain[place] === "\n") table.push([]);
    place += 1;
  }
  return table;
}

export const isSheet = (text) => /\t/.test(text) || /\n./.test(text.trim());

// Into the table from one cell on, to the right and down, as a sheet does it.
export function intoCells(rows, client_id, cell, table) {
  const first = rows.at(client_id);
  const column = CELLS.indexOf(cell);
  table.forEach((line, down) => {
    if (!rows.rows[first + down]) rows.insert([newRow()]);
    const { client_id: aim } = rows.rows[first + down];
    line.forEach((text, right) => CELLS[column + right] && rows.set(aim, CELLS[column + right], text));
  });
}

export const inOrder = (text) =>
  cellsOf(text).map((line) => newRow(Object.fromEntries(CELLS.map((cell, index) => [cell, line[index]]))));
