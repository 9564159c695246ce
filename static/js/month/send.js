// Sends all good rows together through the outbox, and accounts for each: arrived, there before, refused, or waiting.
import { Trouble, hello, sendVisits } from "../offline/door.js";
import { FORM } from "../offline/migrate.js";
import { changes, discard, get, queue } from "../offline/outbox.js";
import { note } from "../offline/store.js";
import { sync } from "../offline/sync.js";
import { newRow, sayingOf, standing } from "./rows.js";

const BATCH = 50;
const PATIENCE_MS = 45_000;
const PAUSE_MS = 120;
const CELL_OF = { starts_on: "date", ends_on: "date", place_id: "village", commissioner_ids: "people", topic: "topic", outcome: "outcome" };

// One row for each visit: several days or villages part into rows of their own, each with the id it was read with.
function parted(row) {
  if (row.read.visits.length === 1) return [row];
  return row.read.visits.map((visit, index) => {
    const { record, title } = visit;
    const cells = { ...row.cells, date: record.starts_on, until: record.ends_on ?? "", village: title.place };
    const own = { ...newRow(cells, record.client_id), confirmed: row.confirmed };
    own.read = { ...row.read, saying: sayingOf(own), visits: [visit], said: [], warnings: index ? [] : row.read.warnings };
    return own;
  });
}

function refusalOf(row, answer) {
  const fields = {};
  for (const [name, words] of Object.entries(answer.fields ?? {})) fields[CELL_OF[name] ?? "date"] = words;
  const warnings = Object.values(answer.warnings ?? {});
  return { saying: sayingOf(row), words: answer.error ?? "", fields, warnings, taken: answer.status === 409 };
}

export class Sender {
  // `kept` is nothing where this browser keeps nothing: then rows go to the server straight from the page.
  constructor({ rows, reader, kept, say, sent, told }) {
    Object.assign(this, { rows, reader, kept, say, sent, told, busy: false, timer: 0 });
    changes.addEventListener("change", () => this.soon());
  }

  async start() {
    if (this.kept) await this.tidy(this.rows.rows.filter(({ state, refusal }) => state === "typed" && refusal));
    await this.settle();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), PAUSE_MS);
  }

  get ready() {
    return this.rows.rows.filter((row) => ["good", "recorded"].includes(standing(row)));
  }

  get queued() {
    return this.rows.rows.filter(({ state }) => state === "queued");
  }

  // One press, one sending: a second press while it runs does nothing.
  async send() {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.reader.now();
      for (const row of this.ready) if (row.read.visits.length > 1) this.rows.replace(row.client_id, parted(row));
      const ready = this.ready;
      ready.forEach((row) => Object.assign(row, { state: "queued", refusal: null, waiting: "" }));
      this.rows.told(ready.map(({ client_id }) => client_id));
      if (this.kept) await this.throughOutbox(ready);
      else await this.straight(ready);
    } finally {
      this.busy = false;
      await this.settle();
    }
  }

  async throughOutbox(ready) {
    // The rows are on disk as queued before any of them is in the outbox: whatever happens then, each is found again.
    await this.kept.save();
    const put = await Promise.allSettled(ready.map(({ read: { visits: [{ record, title }] } }) => queue(record, title)));
    const left = ready.filter((_row, index) => put[index].status === "rejected");
    for (const { client_id } of left) this.rows.change(client_id, { state: "typed" });
    if (left.length) this.told("full");
    await this.round();
  }

  async round() {
    await this.take(await sync({ anyway: true, patience_ms: PATIENCE_MS }));
  }

  async again() {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.round();
    } finally {
      this.busy = false;
      await this.settle();
    }
  }

  async straight(ready) {
    try {
      const guest = await hello(PATIENCE_MS);
      for (let at = 0; at < ready.length; at += BATCH) {
        const batch = ready.slice(at, at + BATCH);
        const { told } = await sendVisits(batch.map(({ read }) => read.visits[0].record), FORM, guest, PATIENCE_MS);
        await this.take(new Map((told.answers ?? []).map((one) => [one.client_id, one])));
      }
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.told(error.kind === "signed-out" ? "signedOut" : "offline");
    }
    // Nothing keeps them here: what was not answered for is a row like any other, with its id.
    for (const { client_id } of this.queued) this.rows.change(client_id, { state: "typed" });
  }

  // Each answer goes to its row: what arrived leaves the table, what was refused is a row to be changed again.
  async take(answers) {
    const answered = this.queued.filter(({ client_id }) => answers.has(client_id));
    const arrived = answered.filter(({ client_id }) => [200, 201].includes(answers.get(client_id).status));
    const refused = answered.filter((row) => !arrived.includes(row));
    for (const { client_id, read: { visits: [visit] } } of arrived) {
      const { status, url } = answers.get(client_id);
      this.sent({ ...visit, url, topic: visit.record.topic, already: status === 200 });
    }
    for (const row of refused) {
      Object.assign(row, { state: "typed", confirmed: false });
      row.refusal = refusalOf(row, answers.get(row.client_id));
    }
    if (arrived.length) this.rows.remove(arrived.map(({ client_id }) => client_id));
    // The rows keep what the outbox held: first they are on disk again, then the outbox lets go.
    await this.kept?.save();
    if (this.kept) await this.tidy(refused);
    if (refused.length) this.rows.told(refused.map(({ client_id }) => client_id));
  }

  // A tab may have died between the two: what was refused is a row here, and nothing in the outbox.
  async tidy(rows) {
    for (const { client_id } of rows) if ((await get(client_id))?.state === "refused") await discard(client_id);
  }

  // Looks after rows on their way: answered for meanwhile, refused, taken out of the outbox elsewhere, or still waiting.
  async settle() {
    if (this.busy || !this.kept || !this.queued.length) return;
    this.busy = true;
    try {
      const lost = [];
      const refused = new Map();
      const outcome = (await note("last_round"))?.outcome ?? "offline";
      for (const row of this.queued) {
        const record = await get(row.client_id);
        if (!record) lost.push(row);
        else if (record.state === "refused" && record.answer) refused.set(row.client_id, record.answer);
        else this.rows.change(row.client_id, { sending: record.state === "sending", waiting: this.say.waiting[outcome] ?? this.say.waiting.offline });
      }
      if (refused.size) await this.take(refused);
      if (lost.length) await this.find(lost);
    } finally {
      this.busy = false;
    }
  }

  // No longer in the outbox: either the server has it, which it says by its id, or somebody took it out.
  async find(lost) {
    const body = lost.map(({ client_id, cells, confirmed }) => ({ client_id, cells, confirmed }));
    const answer = await this.reader.ask({ rows: body });
    if (!answer) return;
    const there = answer.rows.filter(({ visits: [visit] }) => visit?.url);
    await this.take(new Map(there.map(({ client_id, visits: [{ url }] }) => [client_id, { status: 201, url }])));
    for (const one of answer.rows) if (!there.includes(one)) this.rows.change(one.client_id, { state: "typed" });
  }

  // Takes a waiting row back, to be changed.
  async back(row) {
    const record = await get(row.client_id);
    if (record?.state === "sending") return;
    this.rows.change(row.client_id, { state: "typed", waiting: "" });
    await this.kept.save();
    await discard(row.client_id);
  }
}
