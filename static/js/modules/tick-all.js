// One tick for all of a page: the ticks follow it, and it follows the ticks. Without this the server reads the one tick.

export default function tickAll(form) {
  const whole = form.querySelector("[name=whole_page]");
  const ticks = () => [...form.querySelectorAll("[name=ticked]")];
  if (!whole) return;

  const follow = () => {
    const ticked = ticks().filter((one) => one.checked).length;
    whole.checked = ticked > 0 && ticked === ticks().length;
    whole.indeterminate = ticked > 0 && !whole.checked;
  };

  form.addEventListener("change", ({ target }) => {
    if (target === whole) ticks().forEach((one) => { one.checked = whole.checked; });
    if (target === whole || target.name === "ticked") follow();
  });

  if (whole.checked) ticks().forEach((one) => { one.checked = true; });
  follow();
}
