// On the page of a visit that was sent a moment ago, the form's last word: it is logged.

const GONE = "just-logged";

export default function justLogged(box) {
  const left = sessionStorage.getItem(GONE);
  if (!left) return;
  sessionStorage.removeItem(GONE);
  const { url, told } = JSON.parse(left);
  const words = JSON.parse(box.dataset.words);
  if (url !== location.pathname || !words[told]) return;
  box.querySelector("p").textContent = words[told];
  box.hidden = false;
}
