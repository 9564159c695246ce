// The summary of errors takes the focus, and its links lead into the field itself, a searchable picker included.

export default function errorSummary(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.closest(".field")?.scrollIntoView({ block: "start" });
    (field.tomselect ?? field).focus({ preventScroll: true });
  });
}
