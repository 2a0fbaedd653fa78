/** Tells the server in which zone this browser is; a page that it told in another one is loaded again, before it is painted. */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isTold = () => document.cookie.split("; ").includes(`mien-zone=${zone}`);
  const before = isTold();
  document.cookie = `mien-zone=${zone}; path=/; SameSite=Strict; max-age=31536000`;
  // [seconds since 1970, minutes from UTC then] of the zone that the page was told in.
  const told = document.documentElement.dataset.zoneOffsets.split(" ").map((pair) => pair.split(":").map(Number));
  const same = told.every(([seconds, minutes]) => -new Date(seconds * 1000).getTimezoneOffset() === minutes);
  if (!same && !before && isTold()) location.reload();
})();
