// Starts each behaviour named in the page: <div data-module="picker"> gets modules/picker.js. Every page works without.

async function start(element) {
  for (const name of element.dataset.module.split(/\s+/)) {
    if (!/^[a-z][a-z-]*$/.test(name)) continue;
    try {
      const behaviour = await import(`./modules/${name}.js`);
      behaviour.default(element);
    } catch (error) {
      console.warn(`The page goes on without "${name}".`, error);
    }
  }
}

document.querySelectorAll("[data-module]").forEach(start);
