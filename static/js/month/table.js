// Draws the rows into the table and hands back what is typed; a row that did not change is not touched.
import { CELLS, standing } from "./rows.js";

const TONES = { good: "good", recorded: "good", faulty: "bad", refused: "bad", asks: "warn", queued: "info", unfinished: "warn", unread: "", empty: "" };

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, act, data = {}) {
  const made = element("button", "offer", text);
  made.type = "button";
  Object.assign(made.dataset, { act, ...data });
  return made;
}

export class Table {
  constructor(root, rows, say) {
    Object.assign(this, { table: root.querySelector("table"), template: root.querySelector("template"), rows, say });
    this.bodies = new Map();
    rows.addEventListener("change", ({ detail }) => this.draw(detail));
    this.table.addEventListener("input", ({ target }) => {
      if (CELLS.includes(target.name)) rows.set(this.idOf(target), target.name, target.value);
    });
    this.draw({ ids: [], order: true });
  }

  idOf(node) {
    return node.closest("tbody")?.dataset.id;
  }

  field(client_id, cell) {
    return this.bodies.get(client_id)?.querySelector(`[name="${cell}"]`);
  }

  focus(client_id, cell) {
    const field = this.field(client_id, cell);
    field?.focus();
    field?.select?.();
  }

  draw({ ids, order }) {
    if (order) this.arrange();
    const wanted = new Set(ids);
    this.rows.rows.forEach((row, index) => {
      if (order) this.number(row, index);
      if (wanted.has(row.client_id)) this.paint(row);
    });
    this.table.classList.toggle("with-until", this.withUntil);
    if (this.spanned !== this.withUntil) this.span();
  }

  get withUntil() {
    return this.untilAsked || this.rows.rows.some(({ cells }) => cells.until);
  }

  // What is said of a row stands under all the columns that are shown.
  span() {
    this.spanned = this.withUntil;
    for (const body of this.bodies.values()) this.spanOne(body);
  }

  spanOne(body) {
    body.querySelector(".said-line td:last-child").colSpan = this.spanned ? 7 : 6;
  }

  arrange() {
    const present = new Set(this.rows.rows.map(({ client_id }) => client_id));
    for (const [client_id, body] of this.bodies) {
      if (present.has(client_id)) continue;
      body.remove();
      this.bodies.delete(client_id);
    }
    let before = this.table.tHead;
    for (const row of this.rows.rows) {
      const body = this.bodies.get(row.client_id) ?? this.make(row);
      // Moving a node takes the focus from it: only what stands wrong is moved.
      if (before.nextElementSibling !== body) before.after(body);
      before = body;
    }
  }

  make(row) {
    const body = this.template.content.firstElementChild.cloneNode(true);
    body.dataset.id = row.client_id;
    this.bodies.set(row.client_id, body);
    const said = body.querySelector(".row-said");
    said.id = `said-${row.client_id}`;
    for (const cell of CELLS) body.querySelector(`[name="${cell}"]`).setAttribute("aria-describedby", said.id);
    this.spanOne(body);
    this.paint(row);
    return body;
  }

  number(row, index) {
    const body = this.bodies.get(row.client_id);
    body.querySelector(".row-number").textContent = String(index + 1);
    for (const field of body.querySelectorAll("[data-label]")) {
      field.setAttribute("aria-label", this.say.cell.replace("{label}", field.dataset.label).replace("{number}", index + 1));
    }
  }

  paint(row) {
    const body = this.bodies.get(row.client_id);
    if (!body) return;
    const now = standing(row);
    const faults = now === "faulty" ? row.read.faults : now === "refused" ? row.refusal.fields : {};
    for (const cell of CELLS) {
      const field = body.querySelector(`[name="${cell}"]`);
      if (field.value !== row.cells[cell]) field.value = row.cells[cell];
      field.readOnly = row.state === "queued";
      if (cell in faults) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    body.dataset.standing = now;
    body.querySelector(".row-menu").hidden = now === "empty";
    for (const node of body.querySelectorAll("[data-when]")) node.hidden = !node.dataset.when.split(" ").includes(now);
    const state = body.querySelector(".row-state");
    state.className = `row-state ${TONES[now]}`;
    state.textContent = now === "queued" ? this.say.standing[row.sending ? "sending" : "queued"] : this.say.standing[now];
    // What was said stays, dimmed, until the changed row is read: the rows below must not jump at each key.
    if (now !== "unread" || !row.read) body.querySelector(".row-said").replaceChildren(...this.lines(row, now));
  }

  lines(row, now) {
    if (now === "queued") return row.waiting ? [element("p", "quiet", row.waiting)] : [];
    if (now === "empty" || now === "unread") return [];
    if (now === "refused") return this.refusal(row);
    const { faults, warnings, said } = row.read ?? { faults: {}, warnings: [], said: [] };
    if (now === "faulty" || now === "unfinished") return this.faults(row, faults);
    const asked = row.refusal?.warnings.length && now === "asks" ? row.refusal.warnings : warnings;
    const lines = said.length ? [element("p", "quiet", said.join(" "))] : [];
    return asked.length ? [...lines, this.question(row, asked)] : lines;
  }

  // What is wrong, but for a name that is being looked up just now; what is only missing is said quietly, in one line.
  faults(row, faults) {
    const told = Object.entries(faults).filter(([cell]) => this.lookedUp !== `${row.client_id} ${cell}`);
    const wrong = told.filter(([cell]) => row.cells[cell].trim()).map(([cell, fault]) => this.fault(cell, fault));
    const missing = told.filter(([cell]) => !row.cells[cell].trim()).map(([, { text }]) => text);
    return missing.length ? [...wrong, element("p", "quiet", missing.join(" "))] : wrong;
  }

  fault(cell, { text, offers = [] }) {
    const line = element("p", "fault");
    line.append(element("strong", "", this.say.labels[cell]), ` ${text} `);
    if (offers.length) line.append(this.say.perhaps, ...offers.map((offer) => button(offer, "offer", { cell, text: offer })));
    return line;
  }

  refusal({ refusal }) {
    const beside = Object.entries(refusal.fields).map(([cell, text]) => this.fault(cell, { text }));
    const line = element("p", "fault", refusal.words);
    if (refusal.taken) line.append(" ", button(this.say.another, "another"));
    return beside.length ? beside : [line];
  }

  question(row, warnings) {
    const line = element("div", "question");
    const label = element("label", "tick");
    const tick = element("input");
    tick.type = "checkbox";
    tick.checked = row.confirmed;
    tick.dataset.act = "confirm";
    label.append(tick, element("span", "", this.say.sure));
    line.append(...warnings.map((warning) => element("p", "", warning)), label);
    return line;
  }
}
