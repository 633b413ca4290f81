// What takes a message out of the page: its HTML, its .eml, one file for a colleague, and the inbox of this machine.
import { make } from "./view.js";

const ACTIONS = [
  ["inbox", "Send to inbox", "Send it through the SMTP server of this machine and show it as it arrives"],
  ["copy", "Copy HTML", "Copy the HTML part, with its images in it"],
  ["eml", "Download .eml", "Download the message as it would be sent"],
  ["share", "Share as a file", "Download one HTML file that shows the message, its subject and its verdict offline"],
];

export const shareOf = ({ state, post, asked, say }) => {
  const box = document.getElementById("take");
  const link = make("a", "arrived");
  link.target = "_blank";
  link.rel = "noopener";
  link.hidden = true;

  const download = async path => {
    const body = JSON.stringify({ ...asked(), data: state.data });
    const answer = await fetch(path, { method: "POST", headers: { "X-Franking": "preview" }, body });
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error?.message ?? `the preview answered ${answer.status}`);
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
    const saved = make("a");
    saved.href = URL.createObjectURL(await answer.blob());
    saved.download = name;
    saved.click();
    setTimeout(() => URL.revokeObjectURL(saved.href), 60_000);
    return `downloaded ${name}`;
  };

  const run = {
    inbox: async () => {
      const { page } = await post("api/deliver", { ...asked(), data: state.data });
      link.href = page;
      link.textContent = `Open message ${Number(page.split("/")[1])} in the inbox`;
      link.hidden = false;
      return `message ${Number(page.split("/")[1])} is in the inbox`;
    },
    copy: async () => {
      await navigator.clipboard.writeText(state.shown.html);
      return `copied the HTML part (${(new Blob([state.shown.html]).size / 1024).toFixed(1)} KB)`;
    },
    eml: () => download("api/eml"),
    share: () => download("api/share"),
  };

  for (const [name, label, title] of ACTIONS) {
    const button = make("button", "", label);
    button.type = "button";
    button.id = `take-${name}`;
    button.title = title;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        say(await run[name]());
      } catch (error) {
        say(error.message);
      }
      button.disabled = false;
      if (document.activeElement === document.body) button.focus();
    });
    box.append(button);
  }
  box.append(link);

  return {
    // A rejected message has no wire form, a broken one has no HTML.
    shown: () => {
      const broken = Boolean(state.shown.error), rejected = state.shown.verdict !== "permitted";
      for (const [name, , title] of ACTIONS) {
        const button = document.getElementById(`take-${name}`);
        const off = broken || (rejected && (name === "inbox" || name === "eml"));
        button.disabled = off;
        button.title = off ? (broken ? "This message cannot be made" : "A rejected message is not sent") : title;
      }
    },
  };
};
