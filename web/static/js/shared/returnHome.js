/** A tab whose camera is watched comes back to the page that has it, and shows there the page that was asked for. */
(() => {
  const home = sessionStorage.getItem("camera-home");
  if (!home || window.frameElement || location.pathname === home) return;
  sessionStorage.setItem("visit", location.pathname + location.search + location.hash);
  location.replace(home);
})();
