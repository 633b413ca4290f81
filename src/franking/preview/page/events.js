// What the server reports while the page is open: verdicts, changed files, and its own end.

// `verdict` takes a message's name and verdict, `judged` draws those that have come; `changed` takes the files' names and whether
// other verdicts hold; `ended` is called when the connection ends, `connected` when there is one, with whether there was one before.
export const listen = ({ verdict, judged, changed, ended, connected }) => {
  const events = new EventSource("api/events");
  let pending = 0, opened = false;
  events.addEventListener("message", async message => {
    const event = JSON.parse(message.data);
    if (event.verdict) {
      verdict(...event.verdict);
      pending ||= setTimeout(() => { pending = 0; judged(); }, 500);
    } else if (event.changed) await changed(event.changed, event.kept);
  });
  events.addEventListener("error", ended);
  events.addEventListener("open", () => { connected(opened); opened = true; });
};
