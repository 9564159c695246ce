// "This month": the table of many visits, its tools, and what was sent.
import { currentAccount, kit, refreshKit } from "../offline/account.js";
import { keys } from "./keys.js";
import { Kept } from "./kept.js";
import { Offers } from "./offers.js";
import { cellsOf, inOrder, intoCells, isSheet } from "./paste.js";
import { Reader } from "./reader.js";
import { CELLS, MOST_ROWS, Rows, isEmpty, newRow, sayingOf, standing } from "./rows.js";
import { Sender } from "./send.js";
import { Table } from "./table.js";
import { villages } from "./villages.js";

const NOTHING_KNOWN = { village: [], people: [] };

function asRead({ client_id, cells, visits, faults, warnings, said }) {
  const row = newRow(cells, client_id);
  row.read = { saying: sayingOf(row), visits, faults, warnings, said };
  return row;
}

class Month {
  constructor(root) {
    this.root = root;
    this.say = JSON.parse(root.dataset.words);
    this.status = root.querySelector("[data-status]");
    this.trouble = root.querySelector("[data-trouble]");
    this.button = root.querySelector("[data-act=send]");
    this.rows = new Rows();
    this.table = new Table(root, this.rows, this.say);
    keys(this.table, this.rows);
    this.reader = new Reader(root, this.rows, (kind, words) => this.told(kind, words));
    this.offers = { known: NOTHING_KNOWN };
    this.also = villages(root.querySelector("dialog"), this.rows);
  }

  async start() {
    this.kept = await this.keep();
    const { rows, reader, kept, say } = this;
    this.sender = new Sender({ rows, reader, kept, say, sent: (visit) => this.sent(visit), told: (kind) => this.told(kind) });
    rows.addEventListener("change", () => this.count());
    this.listen();
    this.root.hidden = false;
    this.root.dataset.ready = "";
    this.count();
    reader.soon();
    this.sender.start();
    this.offer();
    this.takePasteBox();
  }

  async keep() {
    const me = currentAccount();
    if (!me) return null;
    const kept = new Kept(this.rows, me.account, this.root.dataset.month, () => this.told("full"));
    try {
      await kept.start();
      this.tellOthers(await kept.elsewhere());
      return kept;
    } catch (error) {
      console.info("This browser keeps nothing.", error);
      this.root.querySelector("[data-unkept]").hidden = false;
      return null;
    }
  }

  async offer() {
    const lists = await kit().catch(() => null) ?? await refreshKit().catch(() => null) ?? await this.lists();
    if (!lists) return;
    this.offers = new Offers(this.table, this.rows, lists);
    // Somebody may be typing a name already.
    const field = document.activeElement;
    if (this.table.table.contains(field)) this.offers.show(field);
  }

  async lists() {
    const answer = await fetch("/sync/kit.json", { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  // What is said once above the table: no network, signed out, or the server's own words.
  told(kind, words = "") {
    const said = words || this.say.trouble[kind] || "";
    if (this.trouble.textContent !== said) this.trouble.textContent = said;
    this.trouble.hidden = !said;
  }

  // What a pasted text held that nobody asked for; it stays until the next one.
  note(words) {
    const box = this.root.querySelector("[data-note]");
    box.textContent = words.join(" ");
    box.hidden = !words.length;
  }

  tellOthers(months) {
    const list = this.root.querySelector("[data-elsewhere]");
    for (const { month, count } of months) {
      const link = document.createElement("a");
      link.href = `?month=${month}`;
      link.textContent = this.say.elsewhere.replace("{month}", month).replace("{count}", count);
      list.append(link, " ");
    }
    list.hidden = !months.length;
  }

  count() {
    const found = { good: 0, recorded: 0, faulty: 0, refused: 0, unfinished: 0, asks: 0, queued: 0, unread: 0, empty: 0 };
    let visits = 0;
    for (const row of this.rows.rows) {
      const now = standing(row);
      found[now] += 1;
      if (now === "good") visits += row.read.visits.length;
    }
    const { ready, wrong, unfinished, asks, waiting } = this.say.counts;
    const parts = [[ready, visits], [wrong, found.faulty + found.refused], [unfinished, found.unfinished], [asks, found.asks], [waiting, found.queued]];
    const said = parts.filter(([, count]) => count).map(([words, count]) => words.replace("{count}", count)).join(this.say.between);
    if (this.status.textContent !== (said || this.say.counts.nothing)) this.status.textContent = said || this.say.counts.nothing;
    this.button.setAttribute("aria-disabled", String(!visits && !found.unread && !found.recorded));
    const queued = this.root.querySelector("[data-act=again]");
    queued.hidden = !found.queued;
  }

  listen() {
    const { root } = this;
    root.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-act]");
      if (pressed && pressed.tagName === "BUTTON") this.act(pressed, pressed.dataset.act);
    });
    root.addEventListener("change", ({ target }) => {
      if (target.dataset.act === "confirm") this.rows.change(this.table.idOf(target), { confirmed: target.checked });
    });
    document.addEventListener("pointerdown", ({ target }) => {
      for (const menu of root.querySelectorAll("details[open]")) if (!menu.contains(target)) menu.open = false;
    });
    this.table.table.addEventListener("paste", (event) => this.paste(event));
    addEventListener("online", () => { this.reader.soon(); this.sender.soon(); });
  }

  act(pressed, name) {
    const client_id = this.table.idOf(pressed);
    const row = client_id && this.rows.find(client_id);
    pressed.closest("details")?.removeAttribute("open");
    const acts = {
      send: () => this.send(),
      again: () => this.sender.again().then(() => this.sender.settle()),
      fill: () => this.rows.fill(pressed.dataset.cell),
      until: () => { this.table.untilAsked = !this.table.untilAsked; pressed.setAttribute("aria-pressed", this.table.untilAsked); this.table.draw({ ids: [], order: false }); },
      copy: () => this.table.focus(this.rows.copy(client_id)[0].client_id, "date"),
      up: () => this.rows.move(client_id, -1),
      down: () => this.rows.move(client_id, 1),
      remove: () => this.remove(row),
      undo: () => this.undo(),
      also: () => this.also(client_id, this.offers.known.village),
      back: () => this.sender.back(row),
      another: () => this.rows.replace(client_id, [newRow(row.cells)]),
      offer: () => this.rows.set(client_id, pressed.dataset.cell, this.corrected(row, pressed.dataset)),
    };
    acts[name]?.();
  }

  // Only the name that was unclear is replaced, not the others of its cell.
  corrected(row, { cell, text }) {
    const names = row.cells[cell].split(/([、，,;；\n]+)/);
    const unclear = row.read?.faults[cell]?.name ?? "";
    const at = names.findIndex((name) => name.trim().normalize("NFKC") === unclear);
    if (names.length === 1 || at < 0) return text;
    names[at] = text;
    return names.join("");
  }

  async send() {
    this.button.setAttribute("aria-busy", "true");
    try {
      await this.sender.send();
    } finally {
      this.button.removeAttribute("aria-busy");
      this.count();
    }
    this.refreshLogged();
  }

  // What is there of this month now, as the server shows it.
  async refreshLogged() {
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-logged]");
    if (fresh) document.querySelector("[data-logged]").replaceWith(document.adoptNode(fresh));
  }

  remove(row) {
    this.removed = { row, next: this.rows.rows[this.rows.at(row.client_id) + 1]?.client_id };
    this.rows.remove([row.client_id]);
    this.root.querySelector("[data-undo]").hidden = isEmpty(row);
  }

  undo() {
    const { row, next } = this.removed;
    this.rows.insert([row], this.rows.find(next) ? next : null);
    this.root.querySelector("[data-undo]").hidden = true;
    this.table.focus(row.client_id, "date");
  }

  sent({ days, title, topic, url, already }) {
    const box = this.root.querySelector("[data-sent]");
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = [days, title.place, title.people, topic].join(" · ");
    const tag = document.createElement("span");
    tag.className = "tag good";
    tag.textContent = already ? this.say.already : this.say.arrived;
    line.append(tag, " ", link);
    box.querySelector("ul").prepend(line);
    box.querySelector("[data-count]").textContent = box.querySelectorAll("li").length;
    box.hidden = false;
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const field = event.target;
    if (!CELLS.includes(field.name) || !isSheet(text)) return;
    event.preventDefault();
    const table = cellsOf(text);
    const whole = field.name === "date" && Math.max(...table.map((line) => line.length)) > 2;
    const client_id = this.table.idOf(field);
    if (whole) this.takeText(text, client_id);
    else if (this.fits(table.length)) intoCells(this.rows, client_id, field.name, table);
  }

  fits(count) {
    const fits = this.rows.filled.length + count <= MOST_ROWS;
    if (!fits) this.told("tooMany");
    return fits;
  }

  // True when the rows of a text are in the table.
  async takeText(text, client_id = null) {
    // One line more than rows may be the heads.
    if (cellsOf(text).filter((line) => line.some(Boolean)).length > MOST_ROWS + 1) {
      this.told("tooMany");
      return false;
    }
    const answer = await this.reader.ask({ text });
    const offline = !answer && this.trouble.textContent === this.say.trouble.offline;
    const made = answer ? answer.rows.map(asRead) : offline ? inOrder(text) : [];
    if (!made.length || !this.fits(made.length)) return false;
    this.note(answer?.notes ?? []);
    const here = client_id && this.rows.find(client_id);
    this.rows.insert(made, client_id);
    if (here && isEmpty(here) && this.rows.at(client_id) < this.rows.rows.length - 1) this.rows.remove([client_id]);
    this.table.focus(made[0].client_id, "date");
    // They are shown as they were read alone; a row of the table may say the same as one of them.
    this.reader.now(true);
    return true;
  }

  // The form that works without this file becomes a second way in: its text goes into the table.
  takePasteBox() {
    const form = document.querySelector("form[data-paste]");
    const box = form?.querySelector("textarea");
    if (!box) return;
    form.closest("details").open = false;
    form.querySelector("[type=submit]").textContent = this.say.intoTable;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (box.value.trim() && (await this.takeText(box.value))) {
        box.value = "";
        form.closest("details").open = false;
      }
    });
  }
}

export default function month(root) {
  new Month(root).start();
}
