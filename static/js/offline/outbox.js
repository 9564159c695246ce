// What somebody wrote and the server has not answered for yet: kept by account, seen and sent by that account alone.
import { currentAccount } from "./account.js";
import { FORM, migrateRecord, newId, newPhoto } from "./migrate.js";
import { keepNote, note, open } from "./store.js";

export { exportOutbox, importOutbox } from "./files.js";

// Fires "change" in every tab of this browser when something was kept, answered or removed.
export const changes = new EventTarget();
const others = "BroadcastChannel" in window ? new BroadcastChannel("commissioner-outbox") : null;
others?.addEventListener("message", () => changes.dispatchEvent(new Event("change")));

export function changed() {
  changes.dispatchEvent(new Event("change"));
  others?.postMessage("change");
}

function mine(client_id) {
  return [currentAccount()?.account ?? "", client_id];
}

export async function durably(names, work) {
  const transaction = (await open()).transaction(names, "readwrite", { durability: "strict" });
  // Whatever goes wrong, nothing of it stays half written.
  const done = transaction.done;
  done.catch(() => {});
  try {
    const result = await work(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    await done;
    return result;
  } catch (error) {
    try { transaction.abort(); } catch { /* it has ended already */ }
    throw error;
  }
}

// One may save over what was refused because the server holds another version: then it is an amendment of that version.
function overTheirs(visit, before) {
  const version = before?.answer?.status === 409 ? before.answer.current_version : null;
  return version && !(visit.edit?.version >= version) ? { ...visit, edit: { edit_id: newId(), version } } : visit;
}

// Keeps a visit and all of its photos ({blob, type, keep_position, photo_id?}); resolves when they are on disk.
// Raises QuotaExceededError, with nothing kept, when the device is full.
export async function queue(visit, title, photos = []) {
  const { account, name } = currentAccount();
  const record = await durably(["outbox", "photos", "drafts"], async (stores) => {
    const before = await stores.outbox.get([account, visit.client_id]);
    const fresh = {
      client_id: visit.client_id, account, account_name: name, form: FORM,
      state: "waiting", reason: "", answer: null, tries: 0,
      queued_at: before?.queued_at ?? new Date().toISOString(), next_try_at: null,
      revision: newId(), title, visit: overTheirs(visit, before),
    };
    await stores.outbox.put(fresh);
    await replacePhotos(stores.photos, fresh, photos);
    await stores.drafts.delete([account, visit.client_id]);
    return fresh;
  });
  askToStay();
  changed();
  return record;
}

// Photos whose visit has arrived already are on their way by themselves, whatever becomes of the visit now.
async function replacePhotos(store, record, photos) {
  const kept = new Set(photos.map(({ photo_id }) => photo_id));
  const before = await store.index("visit").getAll([record.account, record.client_id]);
  for (const { photo_id, ready } of before) if (!ready && !kept.has(photo_id)) await store.delete(photo_id);
  for (const photo of photos) await store.put(newPhoto(record, photo));
}

// Asked once and quietly, after the first visit that had to wait: may the browser keep this when it tidies up?
async function askToStay() {
  try {
    if (await note("asked_to_stay")) return;
    await keepNote("asked_to_stay", true);
    await navigator.storage?.persist?.();
  } catch { /* a courtesy: the visit is kept already */ }
}

export async function listOutbox(account) {
  const records = await (await open()).getAllFromIndex("outbox", "account", account);
  return records.map((one) => migrateRecord(one).record).sort((one, two) => one.queued_at.localeCompare(two.queued_at));
}

export async function get(client_id) {
  const found = await (await open()).get("outbox", mine(client_id));
  return found && migrateRecord(found).record;
}

export async function photosOf(client_id) {
  return (await open()).getAllFromIndex("photos", "visit", mine(client_id));
}

// How many photos each visit of the account has: client_id → number.
export async function photosByVisit(account) {
  const photos = await (await open()).getAllFromIndex("photos", "account", account);
  const found = new Map();
  for (const { client_id, ready } of photos) if (!ready) found.set(client_id, (found.get(client_id) ?? 0) + 1);
  return found;
}

// Photos whose visit has arrived and which have not been answered for themselves.
export async function photosLeft(account) {
  const photos = await (await open()).getAllFromIndex("photos", "account", account);
  return photos.filter(({ ready }) => ready);
}

export async function dropPhoto(photo_id) {
  await (await open()).delete("photos", photo_id);
  changed();
}

export async function discard(client_id) {
  const [account] = mine(client_id);
  await durably(["outbox", "photos"], async (stores) => {
    await stores.outbox.delete([account, client_id]);
    await replacePhotos(stores.photos, { account, client_id }, []);
  });
  changed();
}

// Puts a refused visit back in line, with what the person has said to it meanwhile.
export async function again(client_id, said = {}) {
  await durably(["outbox"], async ({ outbox }) => {
    const record = await outbox.get(mine(client_id));
    if (!record) return;
    const visit = { ...record.visit, ...said };
    await outbox.put({ ...record, visit, state: "waiting", reason: "", answer: null, next_try_at: null, revision: newId() });
  });
  changed();
}

export async function count(account) {
  return (await open()).countFromIndex("outbox", "account", account);
}

// How many visits wait for each account that used this browser: [{account, name, count}].
export async function counts() {
  const records = await (await open()).getAll("outbox");
  const found = new Map();
  for (const { account, account_name } of records) {
    const one = found.get(account) ?? { account, name: account_name, count: 0 };
    found.set(account, { ...one, count: one.count + 1 });
  }
  return [...found.values()];
}

export async function saveDraft(draft) {
  const { account } = currentAccount();
  await durably(["drafts"], ({ drafts }) => drafts.put({ ...draft, account, saved_at: new Date().toISOString() }));
  changed();
}

export async function listDrafts(account) {
  const drafts = await (await open()).getAllFromIndex("drafts", "account", account);
  return drafts.sort((one, two) => two.saved_at.localeCompare(one.saved_at));
}

export async function getDraft(client_id) {
  return (await open()).get("drafts", mine(client_id));
}

export async function dropDraft(client_id) {
  await (await open()).delete("drafts", mine(client_id));
  changed();
}
