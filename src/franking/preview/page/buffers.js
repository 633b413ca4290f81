// The files that are open in the editor: each with the version that it was read as, and what was changed since.

// `ask` reads and writes files; `code` is the module languages.js.
export const buffersOf = ({ code, ask, save, edited }) => {
  const open = new Map();

  const settled = (buffer, version) => { // the text is what is on disk
    buffer.version = version;
    buffer.base = buffer.state.doc;
    buffer.since = code.ChangeSet.empty(buffer.base.length);
    buffer.disk = null;
  };

  const get = async name => {
    const file = await ask.read(name);
    if (open.has(file.name)) return open.get(file.name);
    const buffer = { name: file.name, path: file.path };
    const changed = update => {
      if (update.docChanged) buffer.since = buffer.since.compose(update.changes);
      buffer.state = update.state;
      if (update.docChanged) edited(buffer);
    };
    buffer.state = code.newState(file.name, file.text, { save, changed });
    settled(buffer, file.version);
    open.set(file.name, buffer);
    return buffer;
  };

  const isDirty = buffer => buffer.version === "" || !buffer.state.doc.eq(buffer.base);

  // The text of the file, put into the buffer; it can be undone there. `apply` dispatches to the buffer's view, or to its state.
  const take = (buffer, found, apply) => {
    apply(buffer, { changes: code.changeTo(buffer.state.doc, found.text), userEvent: "replace" }); // undone by itself
    settled(buffer, found.version);
  };

  // What has become of the file: nothing, its new text, or a conflict with what was written here.
  const refresh = async (buffer, apply) => {
    let found;
    try {
      found = await ask.read(buffer.name);
    } catch (error) {
      if (error.answered !== 422) return; // the preview does not answer; nothing is known of the file
      found = { text: "", version: "" };
    }
    if (found.version === buffer.version) { buffer.disk = null; return; }
    if (found.version === "" || isDirty(buffer)) {
      if (found.version !== "" && found.text === buffer.state.doc.toString()) settled(buffer, found.version);
      else buffer.disk = found;
      return;
    }
    take(buffer, found, apply);
  };

  // Write a buffer. A conflict is kept in `disk` and is for a person to decide.
  const write = async (buffer, version = buffer.version) => {
    const written = buffer.state.doc;
    const answer = await ask.write({ name: buffer.name, text: written.toString(), version });
    if (answer.found) { buffer.disk = answer.found; return false; }
    buffer.version = answer.version;
    buffer.base = written;
    buffer.since = code.ChangeSet.of(code.changeTo(written, buffer.state.doc.toString()), written.length); // typed meanwhile
    buffer.disk = null;
    return true;
  };

  // Where a line of the file on disk is in the buffer: the start and end of its text.
  const lineOf = (buffer, number, snippet, { unsaved } = {}) => {
    const doc = unsaved ? buffer.state.doc : buffer.base;
    const line = doc.line(Math.min(Math.max(1, number), doc.lines));
    const at = snippet ? line.text.indexOf(snippet) : -1;
    const indent = line.text.length - line.text.trimStart().length;
    const from = line.from + (at >= 0 ? at : indent), to = at >= 0 ? from + snippet.length : line.to;
    if (unsaved) return [from, Math.max(from, to)];
    const start = buffer.since.mapPos(from, 1);
    return [start, Math.max(start, buffer.since.mapPos(to, -1))];
  };

  return { open, get, isDirty, take, refresh, write, lineOf };
};
