// Filters act at once when chosen with a pointer; with the keyboard they wait until the field is left, so that arrows can pass by.

export default function filters(form) {
  let byKeyboard = false;
  form.classList.add("live");
  form.addEventListener("pointerdown", () => { byKeyboard = false; });
  form.addEventListener("keydown", () => { byKeyboard = true; });

  form.addEventListener("change", ({ target }) => {
    if (!byKeyboard) form.requestSubmit();
    else target.addEventListener("blur", () => form.requestSubmit(), { once: true });
  });

  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  // What was chosen before this was here counts too.
  if ([...form.elements].some(isMoved)) form.requestSubmit();
}

function isMoved(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return false;
  const brought = [...field.options].find((one) => one.defaultSelected) ?? field.options[0];
  return !brought?.selected;
}
