// At the door: nobody's lists are here, and how many visits still wait on this device, naming nobody.
import { counts } from "../offline/outbox.js";
import { keepNote, possible } from "../offline/store.js";

export default async function signedOut(box) {
  if (!possible()) return;
  await keepNote("leaving", null);
  const waiting = (await counts()).reduce((sum, one) => sum + one.count, 0);
  if (!waiting) return;
  box.querySelector("[data-says]").textContent = box.dataset.words.replace("{n}", waiting);
  box.hidden = false;
}
