// Runs before the first paint, so that a dark page does not flash white. src/app/theme.ts has the same rule.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('tenantry.theme');
  } catch (_) {
    // Storage is blocked in some embedded pages; the system's preference applies.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
})();
