// One press, one record: a form that is on its way is not sent again, until the page is shown anew.

const PATIENCE_MS = 12000;

export default function submitOnce(form) {
  let underWay = false;

  const mark = (busy) => {
    underWay = busy;
    form.querySelectorAll("button:not([type=button])").forEach((button) => {
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    });
  };

  form.addEventListener("submit", (event) => {
    if (underWay) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    mark(true);
    setTimeout(mark, PATIENCE_MS, false);
  });
  window.addEventListener("pageshow", () => mark(false));
}
