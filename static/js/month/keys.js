// The keys of a sheet: Enter goes down, arrows go to the next cell, Control and D repeats what stands above.
import { CELLS } from "./rows.js";

function atEdge(field, forward) {
  if (field.selectionStart !== field.selectionEnd) return false;
  return field.selectionStart === (forward ? field.value.length : 0);
}

function isOnEdgeLine(field, down) {
  const { value, selectionStart } = field;
  return down ? !value.includes("\n", selectionStart) : !value.slice(0, selectionStart).includes("\n");
}

export function keys(table, rows) {
  const column = (field, by) => {
    const shown = CELLS.filter((cell) => table.field(table.idOf(field), cell).offsetParent);
    return shown[shown.indexOf(field.name) + by];
  };

  const go = (field, by, cell = field.name) => {
    const row = rows.rows[rows.at(table.idOf(field)) + by];
    if (!row || !cell) return false;
    table.focus(row.client_id, cell);
    return true;
  };

  const repeat = (field) => {
    const above = rows.rows[rows.at(table.idOf(field)) - 1];
    if (above) rows.set(table.idOf(field), field.name, above.cells[field.name]);
    return Boolean(above);
  };

  const move = (field, event) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if ((ctrlKey || metaKey) && key.toLowerCase() === "d") return repeat(field);
    if (ctrlKey || metaKey || altKey) return false;
    if (key === "Enter") return go(field, shiftKey ? -1 : 1);
    if (shiftKey) return false;
    if (key === "ArrowDown") return isOnEdgeLine(field, true) && go(field, 1);
    if (key === "ArrowUp") return isOnEdgeLine(field, false) && go(field, -1);
    if (key === "ArrowLeft") return atEdge(field, false) && go(field, 0, column(field, -1));
    if (key === "ArrowRight") return atEdge(field, true) && go(field, 0, column(field, 1));
    return false;
  };

  table.table.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!CELLS.includes(field.name) || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (move(field, event)) event.preventDefault();
  });
}
