// Signing out: the lists and pages of this account leave the device; visits that were not sent stay, bound to the account.
// What does it is fetched when it is wanted: every page has this button, and few are left by it.

export default function signOut(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await forgetThisAccount();
    } finally {
      form.submit();
    }
  });
}

async function forgetThisAccount() {
  const [{ currentAccount, forgetAllBut }, { keepNote, possible }] = await Promise.all([
    import("../offline/account.js"), import("../offline/store.js"),
  ]);
  if (!possible()) return;
  const me = currentAccount();
  if (me) await keepNote("leaving", me.account);
  await forgetAllBut(null);
}
