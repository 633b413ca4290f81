// What a reader sees of the page as it is laid out now: words, pictures and links, each as often as it is seen.
() => {
  const LEAST = 2; // CSS px: a picture that is no larger is seen by nobody
  const kept = {};
  const count = (kind, key) => { const of = (kept[kind] ||= {}); of[key] = (of[key] ?? 0) + 1; };
  const bare = url => (url ?? "").trim().replace(/^https?:/i, "");
  const there = (rect, least = LEAST) => rect.width > least && rect.height > least && rect.right + scrollX > 0 && rect.bottom + scrollY > 0;
  const visible = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  // A colour as a browser paints it on white.
  const paper = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = colours => {
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, 1, 1);
    for (const colour of colours) { paper.fillStyle = colour; paper.fillRect(0, 0, 1, 1); }
    return paper.getImageData(0, 0, 1, 1).data.slice(0, 3);
  };
  const light = rgb => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = rgb[i] / 255;
    return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = e => {
    const grounds = [];
    for (let a = e; a; a = a.parentElement) {
      const s = getComputedStyle(a);
      if (s.backgroundImage !== "none") return 21; // what is on the picture is not known here
      grounds.unshift(s.backgroundColor);
    }
    const [one, other] = [light(painted(grounds)), light(painted([...grounds, getComputedStyle(e).webkitTextFillColor]))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const known = new Map();
  const readable = e => {
    if (!known.has(e)) known.set(e, contrast(e));
    return known.get(e) >= 1.3;
  };
  const words = node => {
    const range = document.createRange();
    const found = [];
    for (const match of node.data.matchAll(/\S+/gu)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      if ([...range.getClientRects()].some(r => there(r, 0.5))) found.push(match[0]);
    }
    return found;
  };
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest("style, script, template, noscript") || !visible(parent)) continue;
    for (const word of words(node)) {
      count(readable(parent) ? "words" : "unreadable", word);
      if (readable(parent)) seen.add(parent);
    }
  }
  for (const e of document.querySelectorAll("body, body *")) {
    const rect = e.getBoundingClientRect();
    if (!there(rect) || !visible(e)) continue;
    if (e.matches("img, svg, video, canvas, object, embed, input[type=image]")) {
      if (e.closest("svg") === e || !e.closest("svg")) {
        count("pictures", `${e.localName} ${bare(e.currentSrc || e.getAttribute("src") || e.getAttribute("data"))} ${e.getAttribute("alt") ?? ""}`);
        seen.add(e);
      }
    }
    const ground = getComputedStyle(e).backgroundImage;
    if (ground.includes("url(")) count("pictures", `behind ${e.localName} ${ground.replace(/https?:/gi, "")}`);
  }
  for (const link of document.querySelectorAll("a[href]")) {
    if ([...seen].some(e => link.contains(e))) count("links", `${bare(link.getAttribute("href"))} ${link.textContent.replace(/\s+/g, " ").trim()}`);
  }
  for (const area of document.querySelectorAll("area[href]")) count("links", bare(area.getAttribute("href")));
  return kept;
}
