// The page's state in its address: #kind/theme/language/sample?option=value. An option with its usual value is left out.
import { state, nameOf } from "./state.js";

const ZOOMS = ["fit", "whole", "50", "75", "100", "150"];
const flag = name => ({ write: () => state[name] ? "1" : "", read: value => { state[name] = value === "1"; } });
const text = (name, usual) => ({ write: () => state[name] === usual ? "" : String(state[name]), read: value => { state[name] = value || usual; } });

export const usualWidth = () => innerWidth < 700 ? 360 : 600;

const OPTIONS = {
  width: {
    write: () => state.width === usualWidth() ? "" : String(state.width),
    read: value => { const width = Number(value); state.width = width >= 240 && width <= 900 ? Math.round(width) : usualWidth(); },
  },
  zoom: { ...text("zoom", "fit"), read: value => { state.zoom = ZOOMS.includes(value) ? value : "fit"; } },
  xray: {
    write: () => state.xray === null ? "" : state.xray ? "1" : "0",
    read: value => { state.xray = value ? value === "1" : null; },
  },
  dark: flag("dark"),
  images: flag("images"),
  compare: text("compare", ""),
  client: text("client", ""),
  panel: text("tab", "Findings"),
  finding: {
    write: () => state.chosen === null ? "" : String(state.chosen + 1),
    read: value => { state.chosen = Number(value) > 0 ? Number(value) - 1 : null; },
  },
  file: {
    write: () => state.tab === "Template" && state.template ? `${state.template.file}:${state.template.line}` : "",
    read: value => {
      const [, file, line] = /^(.*):(\d+)$/s.exec(value) ?? [];
      state.wantedFile = file ? { file, line: Number(line) } : null;
    },
  },
  find: text("find", ""),
  view: { write: () => state.overview ? "all" : "", read: value => { state.overview = value === "all"; } },
};

// Set the options from the address; the name of the message that it asks for.
export const readAddress = () => {
  const [name, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const given = new URLSearchParams(query);
  for (const [key, option] of Object.entries(OPTIONS)) option.read(given.get(key) ?? "");
  try { return decodeURIComponent(name); } catch { return name; }
};

// `push` makes an entry in the history; without it the present entry changes.
export const writeAddress = ({ push = false } = {}) => {
  const given = new URLSearchParams();
  for (const [key, option] of Object.entries(OPTIONS)) { const value = option.write(); if (value) given.set(key, value); }
  const query = given.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
  const hash = `#${state.now ? nameOf(state.now).split("/").map(part => encodeURIComponent(part).replaceAll("%3A", ":")).join("/") : ""}${query ? `?${query}` : ""}`;
  if (hash === location.hash) return;
  history[push ? "pushState" : "replaceState"](null, "", hash);
};
