// A visit goes into the outbox first, then out: what the server says within a few seconds decides what the page shows.

import { get, queue } from "../offline/outbox.js";
import { note } from "../offline/store.js";
import { sync } from "../offline/sync.js";

const PATIENCE_MS = 4000;

export class NotKept extends Error {}

// The server's answer, or null where there is none yet: the visit is on disk either way.
export async function keepAndSend(visit, title, photos) {
  try {
    await queue(visit, title, photos);
  } catch (error) {
    throw new NotKept(error.message, { cause: error });
  }
  if (!navigator.onLine) return null;
  const sent = sync({ only: visit.client_id, patience_ms: PATIENCE_MS }).catch(() => new Map());
  const patience = new Promise((done) => { setTimeout(done, PATIENCE_MS, new Map()); });
  const answers = await Promise.race([sent, patience]);
  return answers.get(visit.client_id) ?? null;
}

// Whether it is kept because nobody is signed in any more.
export async function signedOut() {
  const round = await note("last_round").catch(() => null);
  return round?.outcome === "signed-out";
}

// What became of a visit that had to wait: "sent", or the record as it now waits.
export async function fate(client_id) {
  return (await get(client_id)) ?? "sent";
}
