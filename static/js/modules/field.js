// On every page of somebody who logs visits: keeps what works without a network, sends what waits, counts it in the header.
import { currentAccount, forgetAllBut, kitAge, refreshKit } from "../offline/account.js";
import { changes, count } from "../offline/outbox.js";
import { keepShells } from "../offline/shells.js";
import { keepNote, note, possible } from "../offline/store.js";
import { nextRound, sync } from "../offline/sync.js";

const LYING_STILL_MS = 20_000;
const KIT_MS = 5 * 60 * 1000;

function quietly(work) {
  return work.catch((error) => console.info("Working without a network is not ready.", error));
}

function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 300);
}

async function showCount(account) {
  const waiting = await count(account);
  // One for a phone and one for a desk: the page shows either.
  for (const badge of document.querySelectorAll("a[data-waiting]")) {
    badge.hidden = waiting === 0;
    badge.querySelector("[data-count]").textContent = waiting;
  }
}

// Somebody signed out where there was no network: it is done now.
async function finishLeaving(account) {
  if ((await note("leaving")) !== account) return false;
  const form = document.querySelector("form[data-module~='sign-out']");
  if (!navigator.onLine || !form) return true;
  await keepNote("leaving", null);
  form.submit();
  return true;
}

// A page that nobody has touched for a while lets a new release take over.
function takeOver(registration) {
  setTimeout(() => registration.waiting?.postMessage("take-over"), LYING_STILL_MS);
}

async function keep({ account, shell, release }) {
  if (await finishLeaving(account)) return;
  await forgetAllBut(account);
  takeOver(await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }));
  if (!navigator.onLine) return;
  if ((await kitAge()) > KIT_MS) await refreshKit();
  await keepShells({ account, shell, release });
}

function sendOnTime(account) {
  let timer = null;
  const plan = async () => {
    clearTimeout(timer);
    const at = await nextRound(account);
    if (at !== null) timer = setTimeout(go, Math.max(1000, at - Date.now()));
  };
  const go = (asked) => quietly(sync(asked).then(plan));
  window.addEventListener("online", () => go({ anyway: true }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && go());
  changes.addEventListener("change", () => quietly(plan()));
  go();
}

export default function field(body) {
  if (!possible()) return;
  const { account } = currentAccount();
  quietly(showCount(account));
  changes.addEventListener("change", () => quietly(showCount(account)));
  sendOnTime(account);
  whenIdle(() => quietly(keep(body.dataset)));
}
