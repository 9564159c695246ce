// Reads the position once, when asked, into three fields; says in words when it cannot. Never follows anybody.

const DECIMALS = 6;
const OPTIONS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
const DENIED = 1;

export default function locate(box) {
  const { words, latitude, longitude, accuracy, source } = box.dataset;
  const say = JSON.parse(words);
  const [ask, forget] = box.querySelectorAll("button");
  const status = box.querySelector("[role=status]");
  const first = document.getElementById(latitude);

  const fill = (id, value) => {
    const field = id && document.getElementById(id);
    if (field) field.value = value;
  };

  const put = (coords) => {
    fill(longitude, coords ? coords.longitude.toFixed(DECIMALS) : "");
    fill(accuracy, coords ? Math.ceil(coords.accuracy) : "");
    fill(source, coords ? "gps" : "");
    fill(latitude, coords ? coords.latitude.toFixed(DECIMALS) : "");
    status.textContent = coords ? say.done.replace("{metres}", Math.ceil(coords.accuracy)) : "";
    first.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const fail = ({ code }) => { status.textContent = code === DENIED ? say.denied : say.unavailable; };

  const show = () => {
    forget.hidden = !first.value;
    if (!first.value) status.textContent = "";
  };

  ask.hidden = false;
  ask.addEventListener("click", () => {
    if (!window.isSecureContext || !navigator.geolocation) {
      status.textContent = say.insecure;
      return;
    }
    status.textContent = say.asking;
    navigator.geolocation.getCurrentPosition(({ coords }) => put(coords), fail, OPTIONS);
  });
  forget.addEventListener("click", () => put(null));
  first.addEventListener("change", show);
  first.form?.addEventListener("written", show);
  show();
}
