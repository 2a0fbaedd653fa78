/** Tells the server in which zone this browser is; a page that was written for another one is loaded again, before it is painted. */
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isTold = () => document.cookie.split("; ").includes(`mien-zone=${zone}`);
  const wasTold = isTold();
  document.cookie = `mien-zone=${zone}; path=/; SameSite=Strict; max-age=31536000`;
  // [seconds since 1970, minutes from UTC then] of the zone that the page was written for.
  const offsets = (document.documentElement.dataset.zoneOffsets ?? "").split(" ").map((pair) => pair.split(":").map(Number));
  const isSame = offsets.every(([seconds, minutes]) => -new Date(seconds * 1000).getTimezoneOffset() === minutes);
  if (!isSame && !wasTold && isTold()) location.reload();
})();
