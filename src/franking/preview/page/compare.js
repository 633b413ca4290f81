// The second sheet: the same message in another theme, width or language, or another message that was pinned.
import { $, asked, kindTitle, nameOf, sampleTitle, state, unique } from "./state.js";

const POSITIONS = { theme: 1, language: 2 };

const split = () => /^(theme|language|width|message):(.*)$/s.exec(state.compare)?.slice(1) ?? [];

// What is shown beside the message: { choice, width, caption }, or null.
export const compared = () => {
  const [what, value] = split();
  if (!what || !state.now) return null;
  if (what === "width") {
    const width = Number(value);
    return width >= 240 && width <= 900 && width !== state.width ? { choice: state.now, width } : null;
  }
  const choice = what === "message" ? value.split("/") : state.now.map((part, i) => i === POSITIONS[what] ? value : part);
  if (choice.length !== 4 || nameOf(choice) === nameOf(state.now)) return null;
  return { choice, width: state.width };
};

export const captionOf = (choice, other) => {
  const [what] = split();
  if (!other || what === "theme" || what === "width") return `theme ${choice[1]}`;
  return what === "language" ? `theme ${choice[1]} · ${choice[2]}` : `${kindTitle(choice[0])} · ${sampleTitle(choice[3])} · ${choice[1]} · ${choice[2]}`;
};

// The choices of the menu.
export const drawCompare = () => {
  const group = (label, what, values, name = value => value) => {
    const node = document.createElement("optgroup");
    node.label = label;
    node.append(...values.map(value => new Option(name(value), `${what}:${value}`, false, state.compare === `${what}:${value}`)));
    return node;
  };
  const [what, value] = split();
  const pinned = [...new Set([state.now ? nameOf(state.now) : "", what === "message" ? value : ""].filter(Boolean))];
  const title = name => { const c = name.split("/"); return `${name === (state.now && nameOf(state.now)) ? "keep " : ""}${kindTitle(c[0])} · ${sampleTitle(c[3])} · ${c[1]} · ${c[2]}`; };
  $("compare").replaceChildren(
    new Option("compare …", "", false, !state.compare),
    group("Theme", "theme", unique(1)), group("Width", "width", state.widths, width => `${width} px`),
    group("Language", "language", unique(2)), group("Message", "message", pinned, title));
};

export const request = (choice, data, width) => ({ ...asked(choice), data, width: state.widths.includes(width) ? null : width });
