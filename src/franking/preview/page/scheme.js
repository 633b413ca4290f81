// The colours of the tool itself: as the system has them, or as the user chose. Kept in this browser.
import { $ } from "./state.js";

const KEY = "franking-scheme";

const set = value => {
  if (value === "light" || value === "dark") document.documentElement.dataset.scheme = value;
  else delete document.documentElement.dataset.scheme;
};

const kept = () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } };

export const startScheme = () => {
  const select = $("scheme");
  select.value = kept();
  set(select.value);
  select.addEventListener("change", () => {
    set(select.value);
    try { localStorage.setItem(KEY, select.value); } catch { /* it holds until the page is closed */ }
  });
};
