// One sender at a time, over all tabs of this browser.
import { durably } from "./outbox.js";

const NAME = "commissioner-sync";
const LEASE_MS = 60_000;
const PAUSE_MS = 250;

// Without Web Locks a note in the database says until when somebody is sending; a tab that died lets it run out.
async function lease(own, { until, giveUp = false }) {
  return durably(["meta"], async ({ meta }) => {
    const held = await meta.get("lease");
    if (held && held.own !== own && held.until > Date.now()) return false;
    if (giveUp) await meta.delete("lease");
    else await meta.put({ own, until }, "lease");
    return true;
  });
}

const own = Math.random().toString(36);
let busyHere = false;

async function byLease(work, patience_ms) {
  const deadline = Date.now() + patience_ms;
  while (busyHere || !(await lease(own, { until: Date.now() + LEASE_MS }))) {
    if (Date.now() >= deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  busyHere = true;
  const renewal = setInterval(() => lease(own, { until: Date.now() + LEASE_MS }), LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    busyHere = false;
    await lease(own, { until: 0, giveUp: true });
  }
}

async function byLock(work, patience_ms) {
  if (!patience_ms) return navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? work() : null));
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patience_ms);
  try {
    return await navigator.locks.request(NAME, { signal: patience.signal }, () => {
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (error.name === "AbortError" && patience.signal.aborted) return null;
    throw error;
  }
}

// Does `work` when nobody else is sending; with no patience it is left to whoever is. Null: it was not our turn.
export function inTurn(work, patience_ms = 0) {
  return navigator.locks ? byLock(work, patience_ms) : byLease(work, patience_ms);
}
