// The picture of the map lives with the map's own files, and is fetched when somebody wants one.

export default function mapPicture(button) {
  let taker = null;
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", async () => {
    taker ??= import("../map/picture.js").then(({ pictureTaker }) => pictureTaker(button));
    try {
      (await taker)();
    } catch (error) {
      console.warn(error);
      taker = null;
      const told = button.closest("details").querySelector("[role=status]");
      Object.assign(told, { textContent: button.dataset.failed, hidden: false });
    }
  });
}
