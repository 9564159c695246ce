// The talk between the page and the map inside it: same origin only, and only with each other. Where the map stands in
// the page itself, as in a file that was taken along, both talk by events of the one window.

const FROM_MAP = "commissioner-map";
const FROM_PAGE = "commissioner-page";

export function tell(message) {
  if (window.parent === window) window.dispatchEvent(new CustomEvent(FROM_MAP, { detail: message }));
  else window.parent.postMessage({ from: FROM_MAP, ...message }, window.location.origin);
}

export function hear(answers) {
  if (window.parent === window) return hearEvents(FROM_PAGE, answers);
  return listen(answers, FROM_PAGE, () => window.parent);
}

// In a page that holds the map itself.
export function hearOwnMap(answers) {
  hearEvents(FROM_MAP, answers);
}

export function tellOwnMap(message) {
  window.dispatchEvent(new CustomEvent(FROM_PAGE, { detail: message }));
}

export function tellMap(frame, message) {
  frame.contentWindow?.postMessage({ from: FROM_PAGE, ...message }, window.location.origin);
}

export function hearMap(frame, answers) {
  listen(answers, FROM_MAP, () => frame.contentWindow);
}

function listen(answers, from, partner) {
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== partner() || event.data?.from !== from) return;
    answers[event.data.type]?.(event.data);
  });
}

function hearEvents(from, answers) {
  window.addEventListener(from, ({ detail }) => answers[detail.type]?.(detail));
}
