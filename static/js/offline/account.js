// Whose page this is, and the lists that this account's form offers. Lists of anybody else do not stay on the phone.
import { open } from "./store.js";

const SHELLS = "shells-";

export function currentAccount() {
  const { account, accountName } = document.body.dataset;
  return account ? { account, name: accountName ?? "" } : null;
}

export async function kit() {
  const me = currentAccount();
  const kept = me && (await (await open()).get("kit", me.account));
  return kept?.kit ?? null;
}

// Asks for the lists, with the mark of those that are here; what did not change is not sent again.
export async function refreshKit() {
  const me = currentAccount();
  if (!me) return null;
  const db = await open();
  const kept = await db.get("kit", me.account);
  const headers = { Accept: "application/json", ...(kept?.etag ? { "If-None-Match": kept.etag } : {}) };
  const answer = await fetch("/sync/kit.json", { headers, cache: "no-store" });
  if (answer.status === 304 && kept) {
    await db.put("kit", { ...kept, asked_at: Date.now() });
    return kept.kit;
  }
  if (!answer.ok) return kept?.kit ?? null;
  const fresh = await answer.json();
  // Somebody else may have signed in meanwhile, in another tab: their lists are not kept under this account's name.
  if (String(fresh.account) !== me.account) return null;
  await db.put("kit", { account: me.account, kit: fresh, etag: answer.headers.get("ETag"), asked_at: Date.now() });
  return fresh;
}

export async function kitAge() {
  const me = currentAccount();
  const kept = me && (await (await open()).get("kit", me.account));
  return kept ? Date.now() - kept.asked_at : Infinity;
}

// Pages are kept by account and release, because each release of the worker has its own files to go with them.
export function shellsOf(account, release = "") {
  return `${SHELLS}${account}-${release}`;
}

// What the server gave to anybody but `account` leaves the phone; what people wrote themselves stays.
export async function forgetAllBut(account) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(SHELLS) && !name.startsWith(shellsOf(account))).map((name) => caches.delete(name)));
  const db = await open();
  const kits = await db.getAllKeys("kit");
  await Promise.all(kits.filter((key) => key !== account).map((key) => db.delete("kit", key)));
}
