// The message on its paper: a frame as wide as asked, and over it what the checker measured.

const PERCENT = share => `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const place = (node, box) => {
  for (const [side, value] of Object.entries(box)) node.style[side] = `${value}px`;
  return node;
};

// The message's own elements, in document order, as the checker numbers them; what this page added does not count.
const elements = page => [...page.querySelectorAll("*:not([data-franking])")];

// Whether a message goes dark: if it declares that it can (CSS Color Adjustment 1, section 2). One that declares nothing does
// only if it has no background of its own, before which the mailbox's light text could not be read.
const goesDark = page => {
  const style = element => page.defaultView.getComputedStyle(element);
  const declared = [...page.querySelectorAll('meta[name="color-scheme" i], meta[name="supported-color-schemes" i]')].map(meta => meta.content);
  if (style(page.documentElement).colorScheme !== "normal") declared.push(style(page.documentElement).colorScheme);
  if (declared.length) return declared.some(words => /\bdark\b/i.test(words));
  return [page.body, ...page.body.querySelectorAll("*")].every(element => /^rgba\(.*, 0\)$/.test(style(element).backgroundColor));
};

// A mailbox has no margin of its own around a message; in dark mode it darkens the canvas of a message that asks for it. As
// a certain mail program shows a message (`seen`), the canvas and colours are already those of the program.
const asMailbox = (page, { dark, images, seen }) => {
  const style = page.createElement("style");
  style.setAttribute("data-franking", "");
  style.textContent = "body{margin:0}";
  if (dark && !seen) style.textContent += ":root{color-scheme:dark;background:#17191b;color:#e9ecee}a:link{color:#9ecbff}";
  page.head.prepend(style);
  if (images) page.querySelectorAll("img").forEach(image => image.removeAttribute("src"));
};

const band = (side, inset, limit, width) => {
  const node = make("div", `band ${side}${inset > limit * width ? " over" : ""}`);
  node.style[side] = "0";
  node.style.width = `${Math.max(0, inset)}px`;
  const label = make("span", "label", PERCENT(inset / width));
  label.title = `${side} margin ${inset} px, limit ${PERCENT(limit)}`;
  node.append(label);
  return node;
};

// An element's content box as the browser laid it out. Of a collapsed border half is the cell's (CSS 2, section 17.6.2).
const contentBox = element => {
  const rect = element.getBoundingClientRect(), style = element.ownerDocument.defaultView.getComputedStyle(element);
  const part = style.borderCollapse === "collapse" && style.display === "table-cell" ? 0.5 : 1;
  const edge = side => part * parseFloat(style[`border${side}Width`]) + parseFloat(style[`padding${side}`]);
  return { left: rect.left + edge("Left"), width: rect.width - edge("Left") - edge("Right"), top: rect.top, height: rect.height };
};

// Drawn where the browser put it; what the labels and the data say is the checker's measure.
const drawMeasures = (overlay, all, measured) => {
  const { width, insets } = measured;
  if (insets) overlay.append(band("left", insets.left, insets.limit, width), band("right", insets.right, insets.limit, width));
  for (const text of measured.texts) {
    if (!all[text.index]) continue;
    const forbidden = text.set.filter(name => name !== "size"); // up to three sizes are free
    const node = make("div", `text${forbidden.length ? " set" : text.set.length ? " sized" : ""}`);
    Object.assign(node.dataset, { index: text.index, left: text.left, width: text.width });
    place(node, contentBox(all[text.index]));
    node.append(make("span", "label", [`${text.size} px`, text.align, ...forbidden.map(name => `sets ${name}`)].join(" · ")));
    overlay.append(node);
  }
  for (const image of measured.images) {
    const rect = all[image.index]?.getBoundingClientRect();
    if (!rect) continue;
    const node = make("div", "image");
    Object.assign(node.dataset, { index: image.index, left: image.left, width: image.width });
    place(node, { left: rect.left, width: rect.width, top: rect.top, height: rect.height });
    node.append(make("span", "label", `${Math.round(image.width)} px, ${PERCENT(image.share)}`));
    overlay.append(node);
  }
};

// The margins and paddings of the elements that a finding blames: hatched where they are, with the checker's measure.
const drawGuilty = (overlay, all, { width, boxes, insets }) => {
  for (const box of boxes) {
    const element = all[box.index];
    if (!element) continue;
    const rect = element.getBoundingClientRect();
    for (const side of ["left", "right"]) {
      const [margin, padding] = box[side];
      for (const [name, size] of [["margin", margin], ["padding", padding]]) {
        if (size <= (insets?.limit ?? 0) * width) continue;
        const outside = name === "margin" ? size : 0;
        const start = side === "left" ? rect.left - outside : rect.right + outside - size;
        const node = make("div", "guilty");
        Object.assign(node.dataset, { index: box.index, side, name, size });
        place(node, { left: start, width: size, top: rect.top, height: Math.max(rect.height, 6) });
        node.append(make("span", "label", `${name} ${PERCENT(size / width)}`));
        overlay.append(node);
      }
    }
  }
};

// One button per element; with several findings, each click goes on to the next of them.
const drawFaults = (overlay, all, findings, choose) => {
  const found = new Map();
  findings.forEach((finding, number) => {
    for (const index of finding.indices) if (all[index]) found.set(index, [...(found.get(index) ?? []), number]);
  });
  const labels = []; // where those drawn so far are
  for (const [index, numbers] of found) {
    const rect = all[index].getBoundingClientRect();
    const worst = numbers.some(number => findings[number].severity === "error") ? "error" : "warning";
    const node = make("button", `fault ${worst}`);
    node.type = "button";
    node.dataset.numbers = numbers.join(" ");
    node.setAttribute("aria-label", numbers.map(number => `${findings[number].rule}: ${findings[number].message}`).join("; "));
    place(node, { left: rect.left, top: rect.top, width: rect.width, height: rect.height });
    const label = make("span", "label", numbers.map(number => findings[number].rule).join(", "));
    const long = label.textContent.length * 7 + 12; // it is measured before it is shown
    const left = labels.filter(other => Math.abs(other.top - rect.top) < 14 && other.left < rect.left + long && other.right > rect.left);
    const shift = Math.max(0, ...left.map(other => other.right - rect.left + 2)); // beside the labels that start at the same corner
    if (shift) label.style.left = `${shift - 2}px`;
    node.append(label);
    let turn = 0;
    node.addEventListener("click", () => choose(numbers[turn++ % numbers.length]));
    overlay.append(node);
    labels.push({ top: rect.top, left: rect.left + shift, right: rect.left + shift + long });
  }
};

// Scale the sheets so that they fit: `zoom` is fit (the width of the stage), whole (its height too) or a percentage.
export const scaleSheets = (stage, zoom) => {
  const sheets = [...stage.querySelectorAll(".sheet")];
  if (!sheets.length) return;
  const style = getComputedStyle(stage);
  const room = stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - (parseFloat(style.columnGap) || 0) * (sheets.length - 1);
  const widths = sheets.map(node => Number(node.dataset.width)), heights = sheets.map(node => node.querySelector("iframe").offsetHeight);
  let scale = Number(zoom) / 100 || Math.min(1, room / widths.reduce((sum, width) => sum + width, 0));
  if (zoom === "whole") scale = Math.min(scale, Math.max(0.1, (stage.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom) - 24) / Math.max(...heights)));
  sheets.forEach((node, i) => {
    node.style.width = `${widths[i] * scale}px`;
    const paper = node.querySelector(".paper");
    paper.style.width = `${widths[i]}px`;
    paper.style.transform = scale === 1 ? "" : `scale(${scale})`;
    paper.style.marginBottom = `${heights[i] * (scale - 1)}px`; // a transform takes no less space
    node.querySelector(".scale").textContent = scale === 1 ? "" : `, shown at ${Math.round(scale * 100)} %`;
  });
};

// A sheet of paper with a message on it. `options`: width, dark, images (off), xray, choose(number), caption.
export const sheet = (shown, options) => {
  const node = make("div", "sheet");
  node.dataset.width = options.width;
  node.style.width = `${options.width}px`;
  const caption = make("p"), size = make("span", "", `${options.width} px`);
  size.append(make("span", "scale"));
  caption.append(make("span", "", options.caption), size);
  const { seen } = shown;
  const paper = make("div", seen ? "paper seen" : options.dark ? "paper dark" : "paper");
  if (seen) paper.style.background = seen.canvas;
  const frame = make("iframe");
  frame.title = `${shown.subject}, ${options.width} px`;
  frame.setAttribute("sandbox", "allow-same-origin"); // no scripts; this page reads where its elements are
  frame.style.colorScheme = options.dark && (!seen || seen.dark) ? "dark" : "light";
  frame.style.height = "400px";
  const overlay = make("div", "overlay");
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    const light = options.dark && !seen && !goesDark(page);
    if (light) { frame.style.colorScheme = "light"; paper.classList.remove("dark"); }
    asMailbox(page, { ...options, dark: options.dark && !light, seen });
    const fit = () => {
      frame.style.height = `${Math.max(80, page.documentElement.offsetHeight)}px`;
      node.dispatchEvent(new CustomEvent("sized"));
    };
    fit();
    const all = elements(page);
    const measured = shown.xray.find(m => m.width === options.width);
    const redraw = () => {
      fit();
      overlay.replaceChildren();
      if (!options.xray) return;
      if (measured) drawMeasures(overlay, all, measured);
      if (measured) drawGuilty(overlay, all, measured);
      drawFaults(overlay, all, shown.findings, options.choose);
    };
    redraw();
    new ResizeObserver(redraw).observe(page.body); // fonts and pictures may come later
    page.addEventListener("click", event => { if (event.target.closest("a")) event.preventDefault(); });
    node.dispatchEvent(new CustomEvent("ready"));
  });
  frame.srcdoc = seen ? seen.html : shown.html;
  paper.append(frame, overlay);
  node.append(caption, paper);
  return node;
};

export { make, PERCENT };

// What the X-ray draws at a width, in words.
export const legendOf = (shown, width) => {
  const measured = shown.xray?.find(m => m.width === width);
  if (!measured?.insets) return "";
  const { left, right, limit } = measured.insets;
  const share = inset => PERCENT(inset / width);
  const most = Math.max(0, ...measured.boxes.flatMap(box => [...box.left, ...box.right]));
  const blamed = most > limit * width ? `, the widest margin of a block ${share(most)}` : "";
  const sizes = new Set(measured.texts.map(t => t.size)).size;
  return `Measured at ${width} px: margins ${share(left)} and ${share(right)} (limit ${PERCENT(limit)})${blamed}, ` +
    `${measured.images.length || "no"} image${measured.images.length === 1 ? "" : "s"}, ${sizes} font size${sizes === 1 ? "" : "s"}. Hatched: margins. Dashed: text blocks. Red: findings.`;
};
