"use strict";
// The height of each frame is its message's. Without this script, the frames scroll.
for (const frame of document.querySelectorAll("iframe")) {
  const fit = () => {
    const page = frame.contentDocument;
    if (!page || !page.body) return;
    page.body.style.margin = "0";
    frame.style.height = Math.max(80, page.documentElement.offsetHeight) + "px";
  };
  frame.addEventListener("load", () => {
    fit();
    frame.contentDocument.addEventListener("click", event => { if (event.target.closest("a")) event.preventDefault(); });
  });
  fit();
}
