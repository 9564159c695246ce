// The table on this device: each row is kept as it is typed, by account and month, and shared by the tabs of this browser.
import { durably } from "../offline/outbox.js";
import { note, open } from "../offline/store.js";
import { isEmpty } from "./rows.js";

const PAUSE_MS = 250;
const NAME = "month";

// What is kept of a row, always in one order: two tabs that hold the same must see that they do.
const kept = ({ client_id, cells, confirmed, state, refusal, read }) => ({ client_id, cells, confirmed, state, refusal, read });
const textOf = (row) => JSON.stringify(kept(row));

export class Kept {
  constructor(rows, account, month, failed) {
    Object.assign(this, { rows, account, key: [NAME, account, month], failed, seen: new Map(), timer: 0 });
    this.others = "BroadcastChannel" in window ? new BroadcastChannel("commissioner-month") : null;
    this.others?.addEventListener("message", ({ data }) => data === month && this.join());
  }

  // Brings back what was kept; from now on every change is kept.
  async start() {
    await this.join();
    this.rows.addEventListener("change", () => this.soon());
    addEventListener("pagehide", () => this.save());
    document.addEventListener("visibilitychange", () => this.save());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  // Rows that changed here since they were last kept, and those that are gone.
  differences() {
    const present = new Map(this.rows.filled.map((row) => [row.client_id, textOf(row)]));
    const changed = [...present].filter(([id, text]) => this.seen.get(id) !== text);
    const gone = [...this.seen.keys()].filter((id) => !present.has(id));
    return { present, changed, gone };
  }

  async save() {
    clearTimeout(this.timer);
    const { present, changed, gone } = this.differences();
    const order = [...present.keys()];
    if (!changed.length && !gone.length && this.order === order.join()) return;
    try {
      await durably(["meta"], async ({ meta }) => {
        const all = new Map(((await meta.get(this.key))?.rows ?? []).map((row) => [row.client_id, row]));
        for (const [id, text] of changed) all.set(id, JSON.parse(text));
        for (const id of gone) all.delete(id);
        const sorted = [...order.filter((id) => all.has(id)), ...[...all.keys()].filter((id) => !present.has(id))];
        if (sorted.length) await meta.put({ rows: sorted.map((id) => all.get(id)) }, this.key);
        else await meta.delete(this.key);
      });
      this.seen = present;
      this.order = order.join();
      this.others?.postMessage(this.key[2]);
    } catch (error) {
      this.failed(error);
    }
  }

  // Takes over what another tab kept; what was changed here and is not kept yet stays as it is here.
  async join() {
    const theirs = (await note(this.key))?.rows ?? [];
    const { changed, present } = this.differences();
    const own = new Set(changed.map(([id]) => id));
    const ids = new Set(theirs.map(({ client_id }) => client_id));
    const gone = [...this.seen.keys()].filter((id) => !ids.has(id) && !own.has(id));
    const fresh = theirs.filter((row) => !own.has(row.client_id) && present.get(row.client_id) !== textOf(row));
    for (const id of gone) this.seen.delete(id);
    for (const row of fresh) this.seen.set(row.client_id, textOf(row));
    if (gone.length) this.rows.remove(gone);
    const added = fresh.filter(({ client_id }) => !this.rows.find(client_id));
    for (const row of fresh) this.rows.change(row.client_id, kept(row));
    if (added.length) this.rows.insert(added);
  }

  // Other months of this account with rows that were not sent: [{month, count}].
  async elsewhere() {
    const store = await open();
    const keys = (await store.getAllKeys("meta")).filter((key) => Array.isArray(key) && key[0] === NAME && key[1] === this.account);
    const others = keys.filter((key) => key[2] !== this.key[2]);
    const counted = await Promise.all(others.map(async (key) => ({ month: key[2], rows: (await note(key))?.rows ?? [] })));
    return counted.map(({ month, rows }) => ({ month, count: rows.filter((row) => row.state === "queued" || !isEmpty(row)).length }))
      .filter(({ count }) => count);
  }
}
