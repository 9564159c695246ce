// Sends what waits, oldest first, fifty at a time, and lets go of a visit only when the server has answered for it.
import { currentAccount } from "./account.js";
import { Trouble, hello, sendVisits } from "./door.js";
import { FORM, newId } from "./migrate.js";
import { changed, durably, listOutbox, photosLeft } from "./outbox.js";
import { sendPhotos } from "./photos.js";
import { keepNote, note } from "./store.js";
import { inTurn } from "./turns.js";
import { later, wait_ms } from "./waits.js";

const BATCH = 50;
const PATIENCE_MS = 45_000;
const TRIES_TOGETHER = 2;
const TROUBLES_IN_A_ROW = 3;
const WAITS_FOR_A_PERSON = ["signed-out", "not-allowed", "other-account"];
const ARRIVED = [200, 201];
const REFUSED = [400, 403, 404, 409, 413, 422];

// Sends what is due; with `only` that one visit, with `anyway` also what waits for its next try.
// Resolves with what the server said, by client id; never rejects because of the network.
export async function sync({ only = null, anyway = false, patience_ms = PATIENCE_MS } = {}) {
  const me = currentAccount();
  if (!me) return new Map();
  const round = new Round(me.account, { only, anyway: anyway || only !== null, patience_ms });
  const answers = await inTurn(() => round.run(), only || anyway ? patience_ms : 0);
  return answers ?? new Map();
}

// When there is something to send next, as a time in ms; null: nothing waits.
export async function nextRound(account) {
  const visits = (await listOutbox(account)).filter(({ state, form }) => state !== "refused" && form === FORM);
  const last = await note("last_round");
  // Without the right person at the door nothing can be sent: opening a page asks again, the clock does not.
  if (last?.account === account && WAITS_FOR_A_PERSON.includes(last.outcome)) return null;
  const waiting = [...visits, ...(await photosLeft(account)).filter(({ state }) => state === "waiting")];
  if (!waiting.length) return null;
  // A server that could not be reached is asked again by the clock ever more rarely; opening a page asks at once.
  const pause = last?.account === account && last.failures ? last.at + wait_ms(last.failures) : 0;
  return Math.max(pause, Math.min(...waiting.map(({ next_try_at }) => next_try_at ?? 0)));
}

class Round {
  constructor(account, asked) {
    Object.assign(this, { account, ...asked, answers: new Map(), troubles: 0 });
  }

  async run() {
    const due = await this.due();
    if (!due.length && (this.only || !(await photosLeft(this.account)).length)) return this.answers;
    let outcome = "done";
    try {
      this.guest = await hello(this.patience_ms);
      // The page may be older than the session: what one account wrote is never sent as another.
      if (this.guest.account !== this.account) outcome = "other-account";
      else await this.send(due);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      outcome = error.kind;
    } finally {
      await this.keepOutcome(outcome);
      changed();
    }
    return this.answers;
  }

  async keepOutcome(outcome) {
    const last = await note("last_round");
    const failures = outcome === "done" ? 0 : (last?.account === this.account ? last.failures ?? 0 : 0) + 1;
    await keepNote("last_round", { account: this.account, at: Date.now(), outcome, failures });
  }

  // What was being sent when a tab died is sent again: the server knows it by its id.
  async due() {
    const now = Date.now();
    const records = await listOutbox(this.account);
    return records.filter((one) => (this.only ? one.client_id === this.only : one.state !== "refused"))
      .filter((one) => one.form === FORM && (this.anyway || !one.next_try_at || one.next_try_at <= now));
  }

  async send(due) {
    const together = due.filter(({ tries }) => tries < TRIES_TOGETHER);
    for (let at = 0; at < together.length; at += BATCH) await this.sendBatch(together.slice(at, at + BATCH));
    // What failed together before goes alone, so that one bad record never holds up the others.
    for (const one of due.filter(({ tries }) => tries >= TRIES_TOGETHER)) await this.sendBatch([one]);
    if (!this.only) await sendPhotos(this.account, this.guest, this);
  }

  async sendBatch(records, fresh = false) {
    await this.mark(records, "sending");
    let said;
    try {
      said = await sendVisits(records.map(({ visit }) => visit), FORM, this.guest, this.patience_ms);
      this.troubles = 0;
    } catch (error) {
      return this.failed(records, error);
    }
    if (said.status === 200 && Array.isArray(said.told.answers)) return this.take(records, said.told.answers);
    if (records.length > 1) return this.halve(records);
    if (said.status === 400 && !fresh) return this.afresh(records);
    return this.take(records, [{ ...said.told, client_id: records[0].client_id, status: said.status }]);
  }

  async halve(records) {
    const middle = Math.ceil(records.length / 2);
    await this.sendBatch(records.slice(0, middle));
    await this.sendBatch(records.slice(middle));
  }

  // A refused token is asked for once more: the session may have begun anew.
  async afresh(records) {
    const { account } = this;
    try {
      this.guest = await hello(this.patience_ms);
    } catch (error) {
      return this.failed(records, error);
    }
    if (this.guest.account === account) return this.sendBatch(records, true);
    await this.mark(records, "waiting");
    throw new Trouble("signed-out");
  }

  async failed(records, error) {
    const known = error instanceof Trouble;
    await this.putOff(records, error);
    this.troubles += 1;
    // A server that stumbles over one record may take the next; one that is gone, or knows nobody, is left alone.
    if (!known || error.kind !== "busy" || records.length > 1 || this.troubles >= TROUBLES_IN_A_ROW) throw error;
  }

  async take(records, answers) {
    const said = new Map(answers.filter((one) => one?.client_id).map((one) => [one.client_id, one]));
    const unanswered = [];
    await durably(["outbox", "photos"], async (stores) => {
      for (const record of records) {
        const answer = said.get(record.client_id);
        if (ARRIVED.includes(answer?.status)) await arrived(stores, record, answer);
        else if (REFUSED.includes(answer?.status)) await refused(stores, record, answer);
        else unanswered.push(record);
        if (answer) this.answers.set(record.client_id, answer);
      }
    });
    if (unanswered.length) await this.putOff(unanswered, new Trouble("busy"));
    changed();
  }

  async mark(records, state) {
    await this.change(records, () => ({ state }));
  }

  async putOff(records, { kind, retry_after_ms }) {
    // Only a server that had it and could not take it makes a visit wait; a cut road is no fault of the visit.
    const tried = ({ tries }) => ({ tries: tries + 1, next_try_at: later(tries + 1, retry_after_ms) });
    await this.change(records, (one) => ({ state: "waiting", ...(kind === "busy" ? tried(one) : {}) }));
  }

  // Changes what is still as it was read: what the person has written meanwhile, or removed, stays as they left it.
  async change(records, difference) {
    await durably(["outbox"], async ({ outbox }) => {
      for (const { account, client_id, revision } of records) {
        const now = await outbox.get([account, client_id]);
        if (now && now.revision === revision) await outbox.put({ ...now, ...difference(now) });
      }
    });
    changed();
  }
}

async function arrived({ outbox, photos }, record, answer) {
  const { account, client_id, revision } = record;
  const now = await outbox.get([account, client_id]);
  if (now && now.revision !== revision) {
    // Written anew while it was on its way: what is here now is an amendment of what has just arrived.
    const edit = { edit_id: newId(), version: answer.version };
    await outbox.put({ ...now, visit: { ...now.visit, edit } });
    return;
  }
  await outbox.delete([account, client_id]);
  // Photos of a visit that the person removed meanwhile are gone; the others may go now.
  for (const photo of await photos.index("visit").getAll([account, client_id])) await photos.put({ ...photo, ready: true });
}

async function refused({ outbox }, { account, client_id, revision }, answer) {
  const now = await outbox.get([account, client_id]);
  if (!now || now.revision !== revision) return;
  // What is wrong with which field says more than that something is.
  const words = [...Object.values(answer.fields ?? {}), ...Object.values(answer.warnings ?? {})].filter(Boolean);
  const reason = words.length ? [...new Set(words)].join(" ") : answer.error ?? "";
  await outbox.put({ ...now, state: "refused", reason, answer, next_try_at: null });
}
