// The phone's own database: unsent visits, drafts, photos, the lists of the account, and small notes.
import { openDB } from "../../vendor/idb/index.js";
import { DATABASE_VERSION, upgrade } from "./migrate.js";

const NAME = "commissioner-field";
let opening = null;

function forget() {
  opening = null;
}

async function openNow(version) {
  const db = await openDB(NAME, version, {
    upgrade,
    // Another tab brings a newer release: this one lets go, and opens the newer database when asked again.
    blocking() {
      forget();
      db?.close();
    },
    terminated: forget,
  });
  return db;
}

async function openAny() {
  try {
    return await openNow(DATABASE_VERSION);
  } catch (error) {
    // A later release has been here: its database is read as it is.
    if (error.name === "VersionError") return openNow(undefined);
    throw error;
  }
}

// One connection a page; a failure is forgotten, so that the next one asks again.
export function open() {
  opening ??= openAny().catch((error) => {
    forget();
    throw error;
  });
  return opening;
}

// Without a secure address or a database there is no working offline: forms then post as they always did.
export function possible() {
  return window.isSecureContext && "indexedDB" in window && "serviceWorker" in navigator && "caches" in window;
}

export async function note(key) {
  return (await open()).get("meta", key);
}

export async function keepNote(key, value) {
  return (await open()).put("meta", value, key);
}
