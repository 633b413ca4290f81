"use strict";
// As buyers see it: a message in a mail program, made with the tables of its theme (mailbox/tables.py). The result is that of
// mailbox/seen.py, which a test compares.
const tables = new Map();
window.frankingPrograms = (theme, made) => tables.set(theme, made.views);
const loading = new Map();
function programsOf(theme) {
  if (!loading.has(theme)) {
    loading.set(theme, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `programs-${encodeURIComponent(theme)}.js`;
      script.onload = () => { script.remove(); resolve(tables.get(theme)); };
      script.onerror = () => { loading.delete(theme); reject(new Error(theme)); };
      document.head.append(script);
    }));
  }
  return loading.get(theme);
}
function seenIn(table, html, asks) {
  for (const [written, read] of table.reveal) html = html.replaceAll(written, () => read);
  const page = new DOMParser().parseFromString(html, "text/html");
  const nodes = [...page.querySelectorAll("*")].filter(node => node.namespaceURI === "http://www.w3.org/1999/xhtml");
  const sheets = nodes.filter(node => node.localName === "style" && node.textContent);
  const kept = table.sheets[sheets.map(sheet => sheet.textContent).join("\0")] || [];
  sheets.forEach((sheet, number) => { if (number in kept) sheet.textContent = kept[number]; });
  const white = new Set(table.white);
  for (const node of nodes) {
    const tag = node.localName;
    if (white.has(node.getAttribute("style"))) node.setAttribute("data-franking-white", "");
    for (const { name, value } of [...node.attributes]) {
      const changed = table.attributes[`${tag} ${name}=${value}`];
      if (changed) node.setAttribute(name, changed);
      else if (changed === "") node.removeAttribute(name);
    }
    if (table.tags[tag]) node.setAttribute("style", table.tags[tag]);
  }
  page.head.insertAdjacentHTML("afterbegin", table.own[asks ? 0 : 1]);
  return `<!DOCTYPE html>${page.documentElement.outerHTML}`;
}
