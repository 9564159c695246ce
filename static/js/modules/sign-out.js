// Signing out: the lists and pages of this account leave the device; visits that were not sent stay, bound to the account.
import { currentAccount, forgetAllBut } from "../offline/account.js";
import { keepNote, possible } from "../offline/store.js";

export default function signOut(form) {
  if (!possible()) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const me = currentAccount();
    try {
      if (me) await keepNote("leaving", me.account);
      await forgetAllBut(null);
    } finally {
      form.submit();
    }
  });
}
