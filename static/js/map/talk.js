// The talk between the page and the map inside it: same origin only, and only with each other.

const FROM_MAP = "commissioner-map";
const FROM_PAGE = "commissioner-page";

export function tell(message) {
  if (window.parent !== window) window.parent.postMessage({ from: FROM_MAP, ...message }, window.location.origin);
}

export function hear(answers) {
  listen(answers, FROM_PAGE, () => window.parent);
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
