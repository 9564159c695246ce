// Asks the server what rows and pasted texts mean: all rows in one question, once the typing pauses.
import { hello } from "../offline/door.js";
import { isEmpty, sayingOf } from "./rows.js";

const PAUSE_MS = 450;
const PATIENCE_MS = 20_000;

export class Reader {
  constructor(root, rows, told) {
    const { readUrl, month, csrf } = root.dataset;
    Object.assign(this, { url: readUrl, month, csrf, rows, told, timer: 0, asking: null });
    rows.addEventListener("change", () => this.soon());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  get unread() {
    return this.rows.rows.filter((row) => row.state === "typed" && !isEmpty(row) && row.read?.saying !== sayingOf(row));
  }

  // Resolves when every row that stands now was read, or could not be: the trouble is told.
  async now(anyway = false) {
    clearTimeout(this.timer);
    if (!this.unread.length && !anyway) return;
    // All of them, because one row may repeat another; what changes meanwhile is asked about again.
    const asked = this.rows.rows.filter((row) => row.state === "typed" && !isEmpty(row)).map((row) => ({ row, saying: sayingOf(row) }));
    const body = asked.map(({ row: { client_id, cells, confirmed } }) => ({ client_id, cells, confirmed }));
    this.asking?.abort();
    const answer = await this.ask({ rows: body });
    if (!answer) return;
    const read = new Map(answer.rows.map((one) => [one.client_id, one]));
    const ids = [];
    for (const { row, saying } of asked) {
      const one = read.get(row.client_id);
      if (!one) continue;
      row.read = { saying, visits: one.visits, faults: one.faults, warnings: one.warnings, said: one.said };
      ids.push(row.client_id);
    }
    this.rows.told(ids);
  }

  // The rows of a text, or nothing; the trouble is told.
  async ask(question) {
    const asking = new AbortController();
    this.asking = asking;
    const timer = setTimeout(() => asking.abort("late"), PATIENCE_MS);
    try {
      return await this.post({ ...question, month: this.month }, asking.signal, true);
    } catch {
      if (this.asking === asking) this.told("offline");
      return null;
    } finally {
      clearTimeout(timer);
      if (this.asking === asking) this.asking = null;
    }
  }

  async post(body, signal, again) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf };
    const answer = await fetch(this.url, { method: "POST", headers, body: JSON.stringify(body), signal, cache: "no-store" });
    if (answer.ok) {
      this.told("");
      return answer.json();
    }
    const { error = "" } = await answer.json().catch(() => ({}));
    if (answer.status === 400 && again) {
      // The session may have begun anew since this page was opened.
      this.csrf = (await hello(PATIENCE_MS)).csrf;
      return this.post(body, signal, false);
    }
    this.told(answer.status === 401 ? "signedOut" : "refused", error);
    return null;
  }
}
