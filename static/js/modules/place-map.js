// The small map under "position" is loaded when that part is opened, and not before.

export default function placeMap(box) {
  const words = JSON.parse(box.dataset.words);
  const fold = box.closest("details");
  let made = null;

  const open = () => {
    if (!fold.open || made) return;
    box.hidden = false;
    made = import("../visit/place-map.js").then(({ draw }) => draw(box, words)).catch((error) => {
      console.info("There is no map here.", error);
      box.querySelector("[role=status]").textContent = words.missing;
      made = null;
    });
  };

  fold.addEventListener("toggle", open);
  open();
}
