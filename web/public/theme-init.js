// External file, not inline: keeps the CSP free of 'unsafe-inline'. Runs before first paint.
// The key and the rule are those of src/shared/theme/theme.ts.
(function () {
  var t = null;
  try { t = localStorage.getItem('rapport.theme'); } catch (e) {}
  if (t !== 'light' && t !== 'dark') t = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = t;
})();
