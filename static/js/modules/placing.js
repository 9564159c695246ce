// A village on a small map of its own: the ground and the places around come with the page, a tap fills the form's fields.

export default function placing(box) {
  const words = JSON.parse(box.dataset.words);
  const around = JSON.parse(box.querySelector("script").textContent);
  const { elements } = box.closest("form");
  // Numbers typed by hand come from somewhere else: whose datum they are in is said below them.
  for (const name of ["latitude_deg", "longitude_deg"]) {
    elements[name].addEventListener("input", () => { elements.coordinate_source.value = ""; });
  }
  box.hidden = false;
  import("../visit/place-map.js").then(({ draw }) => draw(box, words, around)).catch((error) => {
    console.info("There is no map here.", error);
    box.querySelector("[role=status]").textContent = words.missing;
  });
}
