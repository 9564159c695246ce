// Unsent visits as a file that any account of a township can take in again: nothing is trapped on a phone.
import { currentAccount } from "./account.js";
import { FORM, blobOf, migrateRecord, newId, newPhoto } from "./migrate.js";
import { changed, durably, listOutbox, photosOf } from "./outbox.js";

const FORMAT = "commissioner-outbox";
const VERSION = 1;
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_VISITS = 2000;
const LONGEST_VISIT = 40_000;
const MOST_PHOTOS = 4;
const LONGEST_PHOTO = 6 * 1024 * 1024;
const TYPES = ["image/jpeg", "image/png", "image/webp"];
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function asBase64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function entryOf({ client_id, form, queued_at, title, visit }) {
  const photos = await photosOf(client_id);
  const written = photos.map(async ({ blob, type, keep_position }) => ({ type, keep_position, base64: await asBase64(blob) }));
  return { form, queued_at, title, visit, photos: await Promise.all(written) };
}

// Every unsent visit of the account with its photos, as a JSON file.
export async function exportOutbox(account) {
  const records = await listOutbox(account);
  const parts = [JSON.stringify({ format: FORMAT, version: VERSION, exported_at: new Date().toISOString() }).slice(0, -1), ',"visits":['];
  // One by one, so that a hundred photos are never in memory at once.
  for (const [index, record] of records.entries()) {
    parts.push(new Blob([index ? "," : "", "\n", JSON.stringify(await entryOf(record))]));
  }
  return new Blob([...parts, "\n]}\n"], { type: "application/json" });
}

class Faulty extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function entriesOf(file) {
  if (file.size > MOST_BYTES) throw new Faulty("too_large");
  let told;
  try {
    told = JSON.parse(await file.text());
  } catch {
    throw new Faulty("not_ours");
  }
  if (told?.format !== FORMAT || !Array.isArray(told.visits)) throw new Faulty("not_ours");
  if (!(told.version <= VERSION)) throw new Faulty("newer");
  if (told.visits.length > MOST_VISITS) throw new Faulty("too_many");
  return told.visits;
}

function isVisit(visit) {
  return ID.test(visit?.client_id) && DATE.test(visit.starts_on) && Number.isSafeInteger(visit.place_id)
    && Array.isArray(visit.commissioner_ids) && visit.commissioner_ids.every(Number.isSafeInteger)
    && typeof visit.topic === "string" && JSON.stringify(visit).length <= LONGEST_VISIT;
}

function photoOf(record, { type, base64, keep_position } = {}) {
  if (!TYPES.includes(type) || typeof base64 !== "string" || base64.length > LONGEST_PHOTO * 1.4) throw new Faulty("photo");
  try {
    return newPhoto(record, { blob: blobOf(base64, type), type, keep_position: keep_position === true });
  } catch {
    throw new Faulty("photo");
  }
}

function text(value) {
  return typeof value === "string" ? value.slice(0, 500) : "";
}

function queuedAt(value) {
  const when = new Date(value ?? NaN);
  return (Number.isNaN(when.getTime()) ? new Date() : when).toISOString();
}

function recordOf(entry, { account, name }) {
  if (!entry || typeof entry !== "object") throw new Faulty("not_a_visit");
  if ((entry.form ?? 0) > FORM) throw new Faulty("newer");
  const { record, photos } = migrateRecord({ ...entry, account, queued_at: queuedAt(entry.queued_at) });
  if (!isVisit(record.visit)) throw new Faulty("not_a_visit");
  const fresh = {
    ...record, client_id: record.visit.client_id, account, account_name: name, form: FORM,
    state: "waiting", reason: "", answer: null, tries: 0, next_try_at: null, revision: newId(),
    title: { place: text(record.title?.place), people: text(record.title?.people) },
  };
  const own = (entry.form ?? 0) < FORM ? photos : (entry.photos ?? []).map((one) => photoOf(fresh, one));
  if (own.length > MOST_PHOTOS) throw new Faulty("photo");
  return { record: fresh, photos: own };
}

async function takeIn({ record, photos }) {
  return durably(["outbox", "photos"], async (stores) => {
    if (await stores.outbox.get([record.account, record.client_id])) return false;
    await stores.outbox.put(record);
    for (const photo of photos) await stores.photos.put(photo);
    return true;
  });
}

// Takes the visits of a file into the outbox of the present account; the same file again adds nothing.
// Faults are told by entry (from 1; 0 is the file) and code; the page has the words.
export async function importOutbox(file, account) {
  const me = currentAccount();
  const told = { added: 0, already: 0, faulty: [] };
  if (me?.account !== account) return told;
  const fault = (entry, error) => {
    const full = error.name === "QuotaExceededError";
    if (!full && !(error instanceof Faulty)) throw error;
    told.faulty.push({ entry, code: full ? "full" : error.code });
    return full;
  };
  let entries = [];
  try { entries = await entriesOf(file); } catch (error) { fault(0, error); }
  for (const [index, entry] of entries.entries()) {
    try {
      if (await takeIn(recordOf(entry, me))) told.added += 1;
      else told.already += 1;
    } catch (error) {
      // Where there is no room for one, there is none for the rest: the file has them still.
      if (fault(index + 1, error)) break;
    }
  }
  changed();
  return told;
}
