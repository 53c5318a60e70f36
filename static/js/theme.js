// Before the page is painted: light or dark as the device says, for Bootstrap's own colours. Paper is always light.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)"), paper = matchMedia("print");
  const apply = () => { document.documentElement.dataset.bsTheme = dark.matches && !paper.matches ? "dark" : "light"; };
  dark.addEventListener("change", apply);
  paper.addEventListener("change", apply);
  apply();
})();
