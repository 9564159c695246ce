// "/" goes to the search field, unless somebody is writing.

export default function shortcut(input) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (!input.checkVisibility?.()) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
