// Photos follow their visit, one by one; one that fails waits or is refused by itself.
import { Trouble, sendPhoto } from "./door.js";
import { changed, durably, photosLeft } from "./outbox.js";
import { later } from "./waits.js";

const TRIES_FOR_A_VISIT = 3;

async function change(photo, difference) {
  await durably(["photos"], async ({ photos }) => {
    const now = await photos.get(photo.photo_id);
    if (!now) return;
    if (difference) await photos.put({ ...now, ...difference });
    else await photos.delete(photo.photo_id);
  });
  changed();
}

function putOff(photo, error) {
  const tries = photo.tries + 1;
  return change(photo, { tries, next_try_at: later(tries, error.retry_after_ms) });
}

async function take(photo, { status, told }) {
  if (status === 200 || status === 201) return change(photo, null);
  // 400 is an old token, and "not there" may be "not there yet": both are worth another try, but not for ever.
  const may_pass = status === 400 || status === 404;
  if (may_pass && photo.tries < TRIES_FOR_A_VISIT) return putOff(photo, {});
  return change(photo, { state: "refused", reason: told.error ?? "" });
}

export async function sendPhotos(account, guest, { anyway, patience_ms }) {
  const due = (await photosLeft(account)).filter(
    ({ state, next_try_at }) => state === "waiting" && (anyway || !next_try_at || next_try_at <= Date.now()),
  );
  for (const photo of due) {
    try {
      await take(photo, await sendPhoto(photo, guest, patience_ms));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.kind === "busy") await putOff(photo, error);
      if (error.kind !== "busy") throw error;
    }
  }
}
