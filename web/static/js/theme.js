/** How the page looks, as the person chose or as the system has it; no module, because it runs before the first paint. */
(() => {
  // In which zone the server is to tell times; a page that it told in another one is asked for anew.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = document.cookie.includes(`mien-zone=${zone}`);
  document.cookie = `mien-zone=${zone}; path=/; SameSite=Strict; max-age=31536000`;
  const same = document.documentElement.dataset.zoneOffsets.split(" ").every((told) => {
    const [seconds, minutes] = told.split(":").map(Number);
    return -new Date(seconds * 1000).getTimezoneOffset() === minutes;
  });
  if (!known && !same && document.cookie.includes(`mien-zone=${zone}`)) location.reload();

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  /** The first of each is what holds as long as nothing, or something unknown, was chosen; null: as the system has it. */
  const choices = {
    theme: [null, "light", "dark", "dim", "mono"],
    text: ["usual", "large", "larger"],
    motion: ["system", "still"],
    shown: ["numbers", "words"],
    keys: ["on", "off"],
  };

  function chosen(name) {
    const kept = localStorage.getItem(name);
    return choices[name].includes(kept) ? kept : choices[name][0];
  }

  function apply() {
    for (const name of Object.keys(choices)) root.dataset[name] = chosen(name) ?? (dark.matches ? "dark" : "light");
    root.dataset.bsTheme = ["dark", "dim"].includes(root.dataset.theme) ? "dark" : "light";
    dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", apply);
  addEventListener("themechosen", apply);
  // Another page of the same person's changed it.
  addEventListener("storage", apply);
  apply();
})();
