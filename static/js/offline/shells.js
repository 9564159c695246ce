// Keeps the pages for logging visits, as the server gives them to this account, so that they open with no network.
import { shellsOf } from "./account.js";

const PAGES = ["/visits/log", "/visits/waiting", "/offline"];
const FRESH_MS = 30 * 60 * 1000;
const STAMP = "X-Shell";
const KEPT_AT = "X-Kept-At";

async function isFresh(cache, { shell }) {
  const kept = await cache.match(PAGES[0]);
  return kept?.headers.get(STAMP) === shell && Date.now() - Number(kept.headers.get(KEPT_AT)) < FRESH_MS;
}

// A page is kept only if it is the one asked for, and made for this very account, language and release.
async function fetched(path, { account, shell }) {
  const answer = await fetch(path, { cache: "no-store", headers: { Accept: "text/html", "X-Kept": "1" } });
  const text = await answer.text();
  const page = new DOMParser().parseFromString(text, "text/html").body.dataset;
  const personal = path !== "/offline";
  const ours = !personal || (page.account === account && page.shell === shell);
  if (!answer.ok || answer.redirected || !ours) return null;
  const headers = new Headers(answer.headers);
  headers.set(STAMP, shell);
  headers.set(KEPT_AT, String(Date.now()));
  return new Response(text, { headers });
}

// Fetches the pages when they are missing, of another stamp, or half an hour old.
export async function keepShells({ account, shell, release }) {
  const cache = await caches.open(shellsOf(account, release));
  if (await isFresh(cache, { shell })) return;
  const pages = await Promise.all(PAGES.map((path) => fetched(path, { account, shell })));
  for (const [index, page] of pages.entries()) if (page) await cache.put(PAGES[index], page);
}
