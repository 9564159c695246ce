// A menu that opens from a summary closes with Escape or a press elsewhere.

export default function disclosure(details) {
  const close = () => details.removeAttribute("open");
  document.addEventListener("pointerdown", ({ target }) => { if (!details.contains(target)) close(); });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !details.contains(relatedTarget)) close();
  });
  details.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !details.open) return;
    close();
    details.querySelector("summary").focus();
  });
}
