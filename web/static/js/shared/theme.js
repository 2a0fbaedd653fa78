/** How the page looks, as the person chose or as the system has it; no module, because it runs before the first paint. */
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  /**
   * The first of each is what holds as long as nothing, or something unknown, was chosen; null: as the system has it.
   * @type {Record<string, (string | null)[]>}
   */
  const choices = {
    theme: [null, "light", "dark", "dim", "mono"],
    text: ["usual", "large", "larger"],
    motion: ["system", "still"],
    shown: ["numbers", "words"],
    keys: ["on", "off"],
  };

  function apply() {
    for (const [name, values] of Object.entries(choices)) {
      const saved = localStorage.getItem(name);
      const value = values.includes(saved) ? saved : values[0];
      root.dataset[name] = value ?? (dark.matches ? "dark" : "light");
    }
    root.dataset.bsTheme = ["dark", "dim"].includes(root.dataset.theme ?? "") ? "dark" : "light";
    dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", apply);
  addEventListener("themechosen", apply);
  // Another page of the same person's changed it.
  addEventListener("storage", apply);
  apply();
})();
