// The menu of what can be taken along follows the view: layers and time change the address without a reload.

export default function mapTake(menu) {
  const followAll = () => menu.querySelectorAll("a").forEach(follow);
  for (const moment of ["toggle", "pointerdown", "focusin", "click"]) menu.addEventListener(moment, followAll, true);
}

function follow(link) {
  const asked = new URLSearchParams(window.location.search);
  if (![...asked.keys()].length) return;
  const leading = new URL(link.href);
  const paper = leading.searchParams.get("paper");
  for (const key of ["at", "number"]) asked.delete(key);
  if (paper) asked.set("paper", paper);
  leading.search = asked;
  link.href = leading.href;
}
