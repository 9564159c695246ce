// The rows of the table, without the page: what is typed, what was read of it, and where each row stands on its way.
import { newId } from "../offline/migrate.js";

export const CELLS = ["date", "village", "people", "topic", "outcome", "until"];
export const MOST_ROWS = 500;

export function newRow(cells = {}, client_id = newId()) {
  const texts = Object.fromEntries(CELLS.map((cell) => [cell, cells[cell] ?? ""]));
  return { client_id, cells: texts, confirmed: false, state: "typed", refusal: null, read: null };
}

export const isEmpty = ({ cells }) => CELLS.every((cell) => !cells[cell].trim());

// What a row says, as one text: an answer belongs to a row as long as this stays the same.
export const sayingOf = ({ cells, confirmed }) => JSON.stringify([CELLS.map((cell) => cells[cell]), confirmed]);

// "empty", "queued", "unread", "unfinished", "faulty", "asks", "refused", "recorded" or "good"
export function standing(row) {
  if (row.state === "queued") return "queued";
  if (isEmpty(row)) return "empty";
  const saying = sayingOf(row);
  if (row.refusal?.saying === saying) return row.refusal.warnings.length ? "asks" : "refused";
  if (row.read?.saying !== saying) return "unread";
  const wrong = Object.keys(row.read.faults);
  if (wrong.length && wrong.every((cell) => !row.cells[cell].trim())) return "unfinished";
  if (wrong.length || !row.read.visits.length) return "faulty";
  if (row.read.visits.every(({ url }) => url)) return "recorded";
  return row.read.warnings.length && !row.confirmed ? "asks" : "good";
}

// Fires "change" with {ids, order}: which rows say something else now, and whether rows came, went or moved.
export class Rows extends EventTarget {
  rows = [newRow()];

  find(client_id) {
    return this.rows.find((row) => row.client_id === client_id);
  }

  at(client_id) {
    return this.rows.findIndex((row) => row.client_id === client_id);
  }

  get filled() {
    return this.rows.filter((row) => row.state === "queued" || !isEmpty(row));
  }

  // There is always an empty row at the end.
  told(ids, order = false) {
    const last = this.rows.at(-1);
    const grown = !last || last.state === "queued" || !isEmpty(last);
    if (grown) this.rows.push(newRow());
    this.dispatchEvent(new CustomEvent("change", { detail: { ids, order: order || grown } }));
  }

  set(client_id, cell, text) {
    const row = this.find(client_id);
    if (!row || row.state === "queued" || row.cells[cell] === text) return;
    row.cells[cell] = text;
    // Whoever changes a row looks at it again: an earlier yes was said to something else.
    row.confirmed = false;
    this.told([client_id]);
  }

  change(client_id, difference) {
    const row = this.find(client_id);
    if (!row) return;
    Object.assign(row, difference);
    this.told([client_id]);
  }

  // Puts rows in, before `client_id` or before the empty row at the end.
  insert(rows, client_id = null) {
    const found = client_id ? this.at(client_id) : -1;
    const place = found >= 0 ? found : Math.max(0, this.rows.length - (isEmpty(this.rows.at(-1)) ? 1 : 0));
    this.rows.splice(place, 0, ...rows);
    this.told(rows.map((row) => row.client_id), true);
  }

  replace(client_id, rows) {
    this.rows.splice(this.at(client_id), 1, ...rows);
    this.told(rows.map((row) => row.client_id), true);
  }

  remove(ids) {
    const gone = new Set(ids);
    this.rows = this.rows.filter(({ client_id }) => !gone.has(client_id));
    this.told([], true);
  }

  copy(client_id, differences = [{}]) {
    const place = this.at(client_id);
    const copies = differences.map((cells) => newRow({ ...this.rows[place].cells, ...cells }));
    this.rows.splice(place + 1, 0, ...copies);
    this.told(copies.map((row) => row.client_id), true);
    return copies;
  }

  move(client_id, by) {
    const place = this.at(client_id);
    const aim = place + by;
    // The empty row stays last.
    if (aim < 0 || aim >= this.rows.length - 1 || place === this.rows.length - 1) return;
    this.rows.splice(aim, 0, ...this.rows.splice(place, 1));
    this.told([], true);
  }

  // The first text of a column goes into every empty cell below it.
  fill(cell) {
    let above = "";
    const ids = [];
    for (const row of this.filled) {
      if (!above) above = row.cells[cell];
      else if (!row.cells[cell].trim() && row.state !== "queued") {
        row.cells[cell] = above;
        row.confirmed = false;
        ids.push(row.client_id);
      }
    }
    if (ids.length) this.told(ids);
    return ids.length;
  }
}
