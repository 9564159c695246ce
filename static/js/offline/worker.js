// Keeps the site's own files, and the pages for logging visits, so that they open with no network.
// The server puts RELEASE and FILES before this text. Nothing else is ever kept here; what people wrote is in the database.

const FILES_OF = "release-";
const SHELLS_OF = "shells-";
const CACHE = `${FILES_OF}${RELEASE}`;
const OFFLINE = "/offline";
const SHELLS = ["/visits/log", "/visits/waiting"];
// After these, a kept page would say who or what is no longer so.
const CHANGES_THE_READER = ["/sign-in", "/sign-out", "/password", "/language", "/large-type"];
const PATIENCE_MS = 1500;
const AT_ONCE = 3;
const LOOSELY = { ignoreSearch: true, ignoreVary: true };

// Pages that another release of the server gave: their files come from there as well.
const strangers = new Set();

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then(keepFiles));
});

// A new release takes over when the last page of the old one is closed, or when a page that lies still says so: a page
// that is being opened at the very moment of the change would wait for ever (seen in Chromium with skipWaiting on install).
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldReleases().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(opened(event, address));
  else if (request.method === "GET" && address.pathname.startsWith("/static/")) event.respondWith(file(event));
});

// A few at a time: whoever is at work in the page goes first.
async function keepFiles(cache) {
  const left = [...FILES];
  const keepNext = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      await cache.add(new Request(file, { cache: "no-cache", headers: { "X-Kept": "1" } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepNext));
}

async function dropCaches(unwanted) {
  const names = await caches.keys();
  await Promise.all(names.filter(unwanted).map((name) => caches.delete(name)));
}

async function dropOldReleases() {
  await dropCaches((name) => name.startsWith(FILES_OF) && name !== CACHE);
  const mine = (name) => name.endsWith(`-${RELEASE}`);
  // Pages of the old release are better than none, until this account's pages of the new one are here.
  const renewed = (await caches.keys()).some((name) => name.startsWith(SHELLS_OF) && mine(name));
  if (renewed) await dropCaches((name) => name.startsWith(SHELLS_OF) && !mine(name));
}

// A file is kept once, under its plain name; pages ask for modules below the name of their release.
const plain = (address) => address.replace(/\/static\/of-[0-9a-f]{16}\//, "/static/");

async function file({ request, clientId }) {
  const kept = await (await caches.open(CACHE)).match(plain(request.url), LOOSELY);
  if (!kept) return fetch(request);
  return strangers.has(clientId) ? fetch(request).catch(() => kept) : kept;
}

async function opened(event, address) {
  const { request } = event;
  if (request.method !== "GET" || !SHELLS.includes(address.pathname)) return fromNetwork(event, address);
  const kept = await shell(address.pathname);
  if (!kept) return fromNetwork(event, address);
  return address.search ? soonFromNetwork(event, kept) : kept;
}

async function shell(path) {
  const names = (await caches.keys()).filter((one) => one.startsWith(SHELLS_OF));
  const name = names.find((one) => one.endsWith(`-${RELEASE}`)) ?? names[0];
  return name && (await caches.open(name)).match(path, LOOSELY);
}

// What was asked for in the address is known to the server; where it does not answer soon, the kept page reads it too.
async function soonFromNetwork(event, kept) {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, kept); });
  const answer = fetch(event.request).then((one) => (one.status >= 500 ? kept : known(event, one)), () => kept);
  event.waitUntil(answer);
  return Promise.race([answer, late]);
}

async function fromNetwork(event, address) {
  try {
    const answer = known(event, await fetch(event.request));
    // Only now: a page that could not be sent has changed nothing.
    const changes = event.request.method === "POST" && CHANGES_THE_READER.includes(address.pathname);
    if (changes) await dropCaches((name) => name.startsWith(SHELLS_OF));
    return answer;
  } catch (error) {
    const kept = (await shell(OFFLINE)) ?? (await (await caches.open(CACHE)).match(OFFLINE, LOOSELY));
    if (kept) return kept;
    throw error;
  }
}

// The browser itself looks for a newer worker after each page.
function known(event, answer) {
  const release = answer.headers.get("X-Release");
  if (release && release !== RELEASE) strangers.add(event.resultingClientId);
  return answer;
}
