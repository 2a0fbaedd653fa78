/** Light or dark, as the person chose or as the system has it; no module, because it runs before the first paint. */
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    const chosen = localStorage.getItem("theme");
    document.documentElement.dataset.bsTheme = chosen ?? (dark.matches ? "dark" : "light");
    dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", apply);
  addEventListener("themechosen", apply);
  apply();
})();
