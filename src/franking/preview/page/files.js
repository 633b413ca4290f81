// The editor's list of files: those that the message is made of, then all files by folder.
import { make } from "./view.js";

export const shortName = name => name.split("/").slice(-2).join("/");

// `find` is the search field, `box` takes the list, `open` opens a file.
export const fileListOf = ({ state, find, box, open }) => {
  let names = [];

  const sample = () => state.now && `templates/${state.now[0].split(":")[0]}/samples/${state.now[3]}.json`;

  // The files of the message that is shown.
  const own = () => {
    if (!state.now) return [];
    const [whole, theme, language] = state.now, [kind, markup = "html"] = whole.split(":");
    return [`templates/${kind}/message.${markup}.j2`, `templates/${kind}/subject.txt.j2`, `templates/${kind}/kind.toml`, sample(),
      `templates/locales/${language}.po`, `themes/${theme}/layout.${markup}.j2`, `themes/${theme}/theme.css`, `themes/${theme}/theme.toml`];
  };

  const entry = (name, text) => {
    const item = make("li"), button = make("button", "", text);
    button.type = "button";
    button.dataset.name = name;
    button.title = name;
    button.addEventListener("click", () => open(name));
    item.append(button);
    return item;
  };

  const draw = () => {
    const wanted = find.value.trim().toLowerCase();
    const fits = names.filter(name => name.toLowerCase().includes(wanted));
    const ofMessage = new Set(own());
    const groups = new Map();
    for (const name of fits) {
      const folder = name.split("/").slice(0, 2).join("/");
      groups.set(folder, [...(groups.get(folder) ?? []), name]);
    }
    const opened = new Set([...box.querySelectorAll("details[open]")].map(one => one.dataset.folder));
    const lists = [...groups].map(([folder, files]) => {
      const group = make("details");
      group.dataset.folder = folder;
      group.open = Boolean(wanted) || opened.has(folder);
      const items = make("ul");
      items.append(...files.map(name => entry(name, name.split("/").slice(2).join("/") || name)));
      group.append(make("summary", "", folder), items);
      return group;
    });
    const mine = make("ul");
    mine.append(...fits.filter(name => ofMessage.has(name)).map(name => entry(name, shortName(name))));
    box.replaceChildren(...(mine.children.length ? [make("h3", "", "This message"), mine, make("h3", "", "All files")] : []),
      ...lists, ...(fits.length ? [] : [make("p", "", "No file has this name.")]));
  };

  return {
    sample, own, draw,
    // Ask the server which files there are.
    read: async () => {
      const answer = await (await fetch("api/files")).json().catch(() => ({}));
      names = answer.files ?? names;
    },
    // Mark the file that is open, and those with unsaved changes.
    mark: (current, isUnsaved) => {
      for (const button of box.querySelectorAll("button")) {
        const unsaved = isUnsaved(button.dataset.name);
        if (button.classList.toggle("unsaved", unsaved) && !button.querySelector(".hidden")) button.append(make("span", "hidden", " (unsaved)"));
        if (!unsaved) button.querySelector(".hidden")?.remove();
        if (button.dataset.name === current) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }
    },
  };
};
