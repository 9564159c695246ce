// Brings what an earlier release left on this phone to the present: the database's own version, and each record's form.
// A database or record of a later release is left as it is: nothing that somebody wrote is ever thrown away.

export const DATABASE_VERSION = 2;
export const FORM = 1;
const TYPES = ["image/jpeg", "image/png", "image/webp"];

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function blobOf(base64, type) {
  const binary = atob(base64);
  return new Blob([Uint8Array.from(binary, (character) => character.charCodeAt(0))], { type });
}

// Form 0: one date, the position as three loose numbers, the names as two texts, photos inside the record, no state.
function visitOfForm0(old) {
  const { latitude_deg = null, longitude_deg = null, accuracy_m = null } = old;
  const placed = latitude_deg !== null && longitude_deg !== null;
  return {
    client_id: old.client_id,
    starts_on: old.visited_on,
    ends_on: null,
    place_id: old.place_id,
    commissioner_ids: old.commissioner_ids ?? [],
    topic: old.topic ?? "",
    outcome: old.outcome ?? "",
    kind: "service",
    base_id: null,
    project_id: null,
    campaign_id: null,
    problem: null,
    point: placed ? { latitude_deg, longitude_deg, accuracy_m, source: "gps" } : null,
    confirmed: false,
    edit: null,
  };
}

// The record as this release writes it, and the photos that an earlier one kept inside it.
export function migrateRecord(record) {
  if ((record.form ?? 0) >= FORM) return { record, photos: [] };
  const client_id = record.client_id ?? record.visit?.client_id;
  const present = {
    client_id,
    account: record.account,
    account_name: record.account_name ?? "",
    form: FORM,
    state: "waiting",
    reason: "",
    answer: null,
    tries: 0,
    queued_at: record.queued_at,
    next_try_at: null,
    revision: newId(),
    title: { place: record.place ?? "", people: record.people ?? "" },
    visit: visitOfForm0({ ...record.visit, client_id }),
  };
  const kept = (record.photos ?? []).filter(({ type, base64 }) => TYPES.includes(type) && base64);
  const photos = kept.map(({ type, base64 }) => newPhoto(present, { blob: blobOf(base64, type), type }));
  return { record: present, photos };
}

export function newPhoto({ account, client_id, visit, title }, { blob, type = blob.type, keep_position = false, photo_id = newId() }) {
  return {
    photo_id, client_id, account, blob, type, keep_position,
    state: "waiting", reason: "", tries: 0, next_try_at: null, ready: false,
    starts_on: visit.starts_on, title,
  };
}

function makeStores(db) {
  const own = { keyPath: ["account", "client_id"] };
  for (const name of ["outbox", "drafts"]) {
    if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, own).createIndex("account", "account");
  }
  if (!db.objectStoreNames.contains("photos")) {
    const photos = db.createObjectStore("photos", { keyPath: "photo_id" });
    photos.createIndex("visit", ["account", "client_id"]);
    photos.createIndex("account", "account");
  }
  if (!db.objectStoreNames.contains("kit")) db.createObjectStore("kit", { keyPath: "account" });
  if (!db.objectStoreNames.contains("meta")) db.createObjectStore("meta");
}

// Runs inside the one transaction that changes the version: all of it happens, or the old database stays.
export async function upgrade(db, from, _to, transaction) {
  const early = from === 1 && db.objectStoreNames.contains("outbox");
  const old = early ? await transaction.objectStore("outbox").getAll() : [];
  // Version 1 named a visit by its client id alone: two accounts on one phone could not both hold it.
  if (early) db.deleteObjectStore("outbox");
  makeStores(db);
  for (const one of old) {
    const { record, photos } = migrateRecord(one);
    transaction.objectStore("outbox").put(record);
    for (const photo of photos) transaction.objectStore("photos").put(photo);
  }
}
