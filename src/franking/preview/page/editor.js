// The editor: template and theme files, changed in place beside the message. Nothing on disk is overwritten unasked.
import { buffersOf } from "./buffers.js";
import { fileListOf, shortName } from "./files.js";
import { make } from "./view.js";

const MARKUP = `<div class="editor-head"><button type="button" class="editor-files" aria-expanded="true">Files</button>
<h2 class="editor-name" tabindex="-1"></h2><span class="editor-mark" hidden>unsaved</span>
<button type="button" class="primary editor-save" title="Save (Ctrl-S)">Save</button><button type="button" class="editor-close">Close</button></div>
<div class="editor-bar" role="alert" hidden></div>
<div class="editor-body"><nav class="files" aria-label="Files"><label class="hidden" for="editor-find">Find a file</label>
<input type="search" id="editor-find" placeholder="Find a file" autocomplete="off"><div class="files-list"></div></nav><div class="editor-code"></div></div>
<p class="editor-foot" role="status"></p>`;

// `load` shows the message again; `post`, `asked` and `say` are the page's ways to ask and to report.
export const editorOf = ({ state, load, post, asked, say }) => {
  const root = make("section", "editor");
  root.id = "editor";
  root.hidden = true;
  root.setAttribute("aria-label", "Editor");
  root.innerHTML = MARKUP; // a constant of this file
  document.querySelector(".columns").prepend(root);
  const part = name => root.querySelector(`.${name}`);
  const files = fileListOf({ state, find: root.querySelector("#editor-find"), box: part("files-list"), open: name => open(name) });
  let code = null, view = null, buffers = null, now = null, wait = 0, opener = null;

  const ask = {
    read: async name => {
      const answer = await fetch(`api/file?name=${encodeURIComponent(name)}`);
      const value = await answer.json().catch(() => ({}));
      if (!answer.ok) throw Object.assign(new Error(value.error?.message ?? "the file cannot be read"), { answered: answer.status });
      return value;
    },
    write: async body => {
      const answer = await fetch("api/write", { method: "POST", headers: { "X-Franking": "preview" }, body: JSON.stringify(body) });
      const value = await answer.json().catch(() => ({ error: { message: `the preview answered ${answer.status}` } }));
      if (!answer.ok && !value.found) throw Object.assign(new Error(value.error?.message ?? "failed"), value.error);
      return value;
    },
  };

  const isSample = buffer => buffer?.name === files.sample();
  const isUnsaved = name => Boolean(buffers?.open.has(name) && buffers.isDirty(buffers.open.get(name)));

  const apply = (buffer, transaction) => {
    if (buffer === now) view.dispatch(transaction);
    else {
      const changed = buffer.state.update(transaction);
      buffer.since = buffer.since.compose(changed.changes);
      buffer.state = changed.state;
    }
  };

  // -- what is shown ----------------------------------------------------------------------------------------------------

  const draw = () => {
    const dirty = now && buffers.isDirty(now);
    part("editor-name").textContent = now?.name ?? "";
    part("editor-mark").hidden = !dirty;
    part("editor-save").disabled = !dirty;
    drawBar();
    files.mark(now?.name, isUnsaved);
  };

  const bar = (text, ...actions) => {
    part("editor-bar").replaceChildren(make("p", "", text), ...actions.map(([label, run]) => {
      const button = make("button", "", label);
      button.type = "button";
      button.addEventListener("click", run);
      return button;
    }));
  };

  const drawBar = () => {
    const box = part("editor-bar"), key = now?.disk ? `${now.name} ${now.disk.version}` : "";
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.hidden = !key;
    view?.dispatch({ effects: code.compareWith(null) });
    if (!key) { box.replaceChildren(); return; }
    const { disk } = now, gone = disk.version === "";
    const keep = [gone ? "Write it again" : "Overwrite with mine", () => save(disk.version)];
    if (gone) bar(`${shortName(now.name)} was deleted on disk. Your text is still here.`, keep, ["Close the file", () => drop(now)]);
    else bar(`${shortName(now.name)} was changed on disk, and you have unsaved changes. Nothing was overwritten.`,
      ["Compare", () => view.dispatch({ effects: code.compareWith(disk.text) })], keep,
      ["Take the version on disk", () => { buffers.take(now, disk, apply); done(); }]);
  };

  const done = () => { draw(); marks(); preview(now); view.focus(); };

  const drop = async buffer => {
    buffers.open.delete(buffer.name);
    now = null;
    await list();
    close();
  };

  // The findings of the message that is shown, and the error that keeps it from being made, on their lines of this file.
  const marks = () => {
    if (!now || !view) return;
    const { shown } = state, found = [];
    const unsaved = isSample(now) && state.data !== null;
    const add = (line, snippet, severity, message) => {
      const [from, to] = buffers.lineOf(now, line, snippet, { unsaved });
      found.push({ from, to, severity, message });
    };
    for (const f of shown?.findings ?? []) {
      if (f.template && f.open === now.path) add(f.template.line, f.template.snippet, f.severity, `${f.rule}: ${f.message} ${f.hint}`);
    }
    if (shown?.error?.open === now.path) add(shown.error.line, "", "error", shown.error.message);
    if (now.refused?.doc === now.state.doc) {
      const [from, to] = buffers.lineOf(now, now.refused.line, "", { unsaved: true });
      found.push({ from, to, severity: "error", message: now.refused.message });
    }
    view.dispatch(code.setDiagnostics(now.state, found.sort((a, b) => a.from - b.from)));
    part("editor-foot").textContent = found.length
      ? `${found.length} finding${found.length === 1 ? "" : "s"} in this file: ${found[0].message}`
      : "No finding in this file. F8: next finding, Ctrl-F: find, Escape and Tab: leave the text.";
  };

  const drawFiles = () => {
    files.draw();
    draw();
  };

  const list = async () => {
    await files.read();
    drawFiles();
  };

  // -- what is done -----------------------------------------------------------------------------------------------------

  const edited = buffer => {
    draw();
    preview(buffer);
  };

  // An edited sample is shown before it is saved, as the renderer reads it.
  const preview = buffer => {
    if (!isSample(buffer)) return;
    clearTimeout(wait);
    wait = setTimeout(() => {
      const data = buffers.isDirty(buffer) ? buffer.state.doc.toString() : null;
      if (!isSample(buffer) || data === state.data) return;
      state.data = data;
      load();
    }, 150);
  };

  const save = async version => {
    if (!now || (version === undefined && !buffers.isDirty(now))) return;
    const buffer = now;
    if (version === undefined && buffer.disk) { part("editor-bar").querySelector("button").focus(); return; }
    buffer.refused = null;
    try {
      if (await buffers.write(buffer, version ?? buffer.version)) {
        if (isSample(buffer)) { clearTimeout(wait); state.data = null; }
        say(`saved ${shortName(buffer.name)}`);
      } else say(`${shortName(buffer.name)} was not saved: it was changed on disk`);
    } catch (error) {
      buffer.refused = error.line ? { doc: buffer.state.doc, line: error.line, message: error.message } : null;
      say(`not saved: ${error.message}`);
    }
    draw();
    marks();
  };

  const open = async (name, line) => {
    try {
      if (!code) {
        code = await import("./languages.js");
        buffers = buffersOf({ code, ask, save: () => save(), edited });
        view = new code.EditorView({ parent: part("editor-code") });
      }
      const buffer = await buffers.get(name);
      if (buffer !== now) {
        now = buffer;
        view.setState(buffer.state);
        part("editor-bar").dataset.key = "none";
      }
    } catch (error) {
      say(error.message);
      return;
    }
    if (root.hidden) opener = document.activeElement;
    root.hidden = false;
    document.body.classList.add("editing");
    address(now.name);
    button.setAttribute("aria-pressed", "true");
    if (innerWidth <= 1080) filesShown(false);
    drawFiles();
    marks();
    if (line) {
      const [at] = buffers.lineOf(now, line, "");
      view.dispatch({ selection: { anchor: at }, effects: code.EditorView.scrollIntoView(at, { y: "center" }) });
    }
    view.focus();
    await list();
  };

  const close = () => {
    root.hidden = true;
    document.body.classList.remove("editing");
    button.setAttribute("aria-pressed", "false");
    address(null);
    (opener?.isConnected ? opener : button).focus();
  };

  const filesShown = shown => {
    part("editor-files").setAttribute("aria-expanded", String(shown));
    part("files").hidden = !shown;
  };

  const address = name => {
    const query = new URLSearchParams(location.search);
    if (name) query.set("edit", name); else query.delete("edit");
    const text = String(query).replaceAll("%2F", "/");
    history.replaceState(history.state, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  };

  const start = () => open(now?.name ?? files.own().find(name => name.endsWith(".j2")));
  const toggle = () => root.hidden ? start() : close();

  part("editor-save").addEventListener("click", () => save());
  part("editor-close").addEventListener("click", close);
  part("editor-files").addEventListener("click", () => filesShown(part("files").hidden));
  root.querySelector("#editor-find").addEventListener("input", drawFiles);
  root.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.defaultPrevented) { event.preventDefault(); save(); }
  });
  addEventListener("beforeunload", event => {
    if (buffers && [...buffers.open.values()].some(buffers.isDirty)) event.preventDefault();
  });

  const button = make("button", "toggle", "Edit");
  button.type = "button";
  button.title = "Edit the template and theme files (e)";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", toggle);
  document.getElementById("take").prepend(button);
  const wanted = new URLSearchParams(location.search).get("edit");

  return {
    open, toggle,
    // A message is shown: its findings are marked.
    shown: () => {
      if (root.hidden) return;
      drawFiles();
      marks();
    },
    // Files have changed on disk: what is open here follows, unless it has changes of its own.
    changed: async () => {
      if (!buffers) return;
      await Promise.all([...buffers.open.values()].map(buffer => buffers.refresh(buffer, apply)));
      if (!root.hidden) { await list(); marks(); }
    },
    begin: () => { if (wanted) open(wanted); },
    openSample: () => open(files.sample()),
  };
};
