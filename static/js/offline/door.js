// The server's door for phones: questions with a limit of time, and answers that are answers or trouble.

export class Trouble extends Error {
  // kind: "offline" (no answer), "signed-out", "not-allowed", "busy" (5xx, 429, or an answer that is none of ours)
  constructor(kind, status = 0, retry_after_ms = 0) {
    super(kind);
    Object.assign(this, { kind, status, retry_after_ms });
  }
}

const KINDS = { 401: "signed-out", 403: "not-allowed", 404: "not-allowed" };

async function asked(address, { patience_ms, ...options }) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patience_ms);
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "error", signal: patience.signal, ...options });
    const text = await answer.text();
    return { answer, text };
  } catch {
    throw new Trouble("offline");
  } finally {
    clearTimeout(timer);
  }
}

function read(text) {
  try {
    const told = JSON.parse(text);
    return told && typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}

// {status, told} where `told` is what the server said as JSON; everything else is Trouble.
async function ask(address, options) {
  const { answer, text } = await asked(address, options);
  const told = read(text);
  const { status } = answer;
  if (status >= 500 || status === 429 || !told) {
    throw new Trouble("busy", status, 1000 * (Number(answer.headers.get("Retry-After")) || 0));
  }
  if (status === 401) throw new Trouble("signed-out", status);
  return { status, told };
}

// Who is signed in, and the token that goes with every write.
export async function hello(patience_ms) {
  const { status, told } = await ask("/sync/hello.json", { patience_ms, headers: { Accept: "application/json" } });
  if (status !== 200) throw new Trouble(KINDS[status] ?? "busy", status);
  if (!told.csrf || !told.account) throw new Trouble("busy", status);
  return { ...told, account: String(told.account) };
}

export function sendVisits(visits, form, { csrf }, patience_ms) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf };
  return ask("/sync/visits.json", { method: "POST", headers, body: JSON.stringify({ form, visits }), patience_ms });
}

export function sendPhoto({ client_id, blob, type, keep_position }, { csrf }, patience_ms) {
  const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": csrf };
  const address = `/sync/visits/${client_id}/photos.json${keep_position ? "?keep_position=1" : ""}`;
  return ask(address, { method: "POST", headers, body: blob, patience_ms });
}
