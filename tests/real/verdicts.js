// The layout and type rules decided from what the browser laid out. Returns the slugs that are violated, with what was
// measured. `limits` holds the policy's thresholds; `width` is the message box.
(limits) => {
  const width = innerWidth;
  const INVISIBLE = "\\s\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u3164\\uffa0\\u2800";
  const MARK = new RegExp(`[^${INVISIBLE}]`);
  const REPLACED = new Set(["img", "svg", "video", "object", "embed", "canvas", "iframe"]);
  const PRESERVED = new Set(["pre", "pre-wrap", "pre-line", "break-spaces"]);
  const found = {};
  const report = (rule, measured) => { (found[rule] ||= []).push(measured); };
  const style = e => getComputedStyle(e);
  const px = value => parseFloat(value) || 0;
  const elements = [...document.querySelectorAll("*")].filter(e => !e.hasAttribute("data-frame"));
  const rendered = e => style(e).display === "contents" ? true : e.getClientRects().length > 0;
  const visible = e => style(e).visibility === "visible";
  const inside = e => !e.closest("svg") || e.localName === "svg";

  // Visible text and replaced elements.
  const runs = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!MARK.test(node.data) || ["style", "script", "title", "template"].includes(parent.localName) || parent.closest("svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (range.getClientRects().length && visible(parent)) runs.push(node);
  }
  const replaced = elements.filter(e => REPLACED.has(e.localName) && inside(e) && rendered(e) && visible(e));

  // Text that pseudo-elements generate or style: [element, pseudo-element].
  const generates = s => !["none", "normal", ""].includes(s.content) && s.display !== "none" &&
    [...s.content.matchAll(/"((?:[^"\\\\]|\\\\.)*)"/g)].some(m => MARK.test(m[1])) && s.visibility === "visible";
  const generated = elements.filter(e => rendered(e) && visible(e) && !REPLACED.has(e.localName) && inside(e))
    .flatMap(e => ["::before", "::after"].filter(p => generates(getComputedStyle(e, p))).map(p => [e, p]));
  // Without a rule of its own a pseudo-element reads as its element, whose text may stand in elements with other styles.
  const styled = (e, p) => ["lineHeight", "fontFamily", "color", "webkitTextFillColor", "fontSize"].some(
    name => getComputedStyle(e, p)[name] !== style(e)[name]);
  const pseudo = [...generated, ...elements.filter(e => rendered(e) && runs.some(node => e.contains(node))).flatMap(e => {
    const display = style(e).display;
    if (["inline", "contents"].includes(display)) return [];
    return ["::first-line", "::first-letter", ...(display === "list-item" ? ["::marker"] : [])].filter(p => styled(e, p)).map(p => [e, p]);
  })];
  // A text beside a <summary> stands in the box of ::details-content, which has a style of its own.
  const typed = () => [...runs.map(({parentElement: e}) => e.localName === "details" ? getComputedStyle(e, "::details-content") : style(e)), ...pseudo.map(([e, p]) => getComputedStyle(e, p))];

  // Type: test styles change the defaults, so that what still follows them was not overridden.
  const trial = document.createElement("style");
  trial.setAttribute("data-frame", "");
  document.head.prepend(trial);
  // What the browser gives texts, links, and its controls and marks by itself; the author's styles around them do not count.
  const OWN = "a[href],area[href],mark,button,input,select,textarea,option,optgroup";
  const bare = (name, off) => {
    const one = document.createElement(name);
    if (["a", "area"].includes(name)) one.href = "x";
    if (off) one.disabled = true;
    one.style.cssText = "all:revert!important" + (name === "span" ? ";color:initial!important" : "");
    document.documentElement.append(one);
    const { color, fontFamily: family } = style(one);
    one.remove();
    return { color, family };
  };
  const givers = e => ["span false", ...(function* () { for (e = e.closest(OWN); e; e = e.parentElement?.closest(OWN)) yield `${e.localName} ${e.matches(":disabled")}`; })()];
  const owners = [...runs.map(node => node.parentElement), ...pseudo.map(([e]) => e)].map(givers);
  const names = [...new Set(owners.flat())];
  const colors = scheme => {
    trial.textContent = `*{color-scheme:${scheme} !important;transition:none !important} :where(html){line-height:37.77px;font-family:Trial} :where(th:not([align]),caption:not([align])){text-align:inherit} :where(button){text-align:start} :where(body:not([leftmargin],[marginwidth])){margin-left:0} :where(body:not([rightmargin],[marginwidth])){margin-right:0} :where(body){margin-top:0;margin-bottom:0}`;
    const own = new Map(names.map(name => [name, bare(name.split(" ")[0], name.endsWith("true"))]));
    return { seen: typed().map(s => [s.color, s.webkitTextFillColor]), own };
  };
  const dark = colors("dark");
  const light = colors("light");
  const aligned = new Map(elements.map(e => [e, style(e).textAlign]));  // without the browser's own centring of <th> and <button>
  const MONOSPACE = new Set(["code", "kbd", "samp", "tt", "pre", "xmp", "plaintext", "listing"]);
  typed().forEach((s, i) => {
    const owner = i < runs.length ? runs[i].parentElement : pseudo[i - runs.length][0];
    const given = light.own.get(owners[i].find(name => !/^(span|a|area) /.test(name)));
    // A default follows the colour scheme as the browser's own colours do; a control may have one colour in both schemes.
    const ours = [0, 1].every(k => owners[i].some(name => {
      const [d, l] = [dark.own.get(name).color, light.own.get(name).color];
      return d === dark.seen[i][k] && l === light.seen[i][k] && (d !== l || !name.startsWith("a"));
    }));
    if (!ours) report("font-color", light.seen[i]);
    if (!["37.77px", "normal"].includes(s.lineHeight)) report("line-height", s.lineHeight);
    const family = s.fontFamily;
    const ownMono = family === "monospace" && [...(function* () { for (let e = owner; e; e = e.parentElement) yield e; })()].some(e => MONOSPACE.has(e.localName));
    if (!["Trial", '"Times New Roman"'].includes(family) && !ownMono && family !== given?.family) report("font-family", family);
    if (i >= runs.length + generated.length) return;  // lines are aligned by their block
    let block = owner;  // whose direction says which side is the default: <bdi> in it may have another
    while (block.parentElement && ["inline", "contents"].includes(style(block).display)) block = block.parentElement;
    const side = style(block).direction === "rtl" ? "right" : "left";
    const last = s.textAlignLast;
    if (!["auto", "start", side].includes(last)) report("text-align", `last ${last}`);
    const align = s.textAlign.replace("-webkit-", "");
    if (!["start", side].includes(align)) report("text-align", align);
  });
  trial.textContent = ":where(body:not([leftmargin],[marginwidth])){margin-left:0} :where(body:not([rightmargin],[marginwidth])){margin-right:0} :where(body){margin-top:0;margin-bottom:0} ::-webkit-scrollbar{display:none}";

  const sizes = new Set(typed().map(s => Math.round(px(s.fontSize) * 2) / 2));
  if (sizes.size > limits.font_sizes) report("font-sizes", [...sizes].join(" "));

  const NOT_APPLIED = new Set(["table-row", "table-row-group", "table-header-group", "table-footer-group", "table-column", "table-column-group"]);
  const INLINE = new Set(["inline", "contents", "ruby", "ruby-text"]);
  const container = e => { while (e.parentElement && INLINE.has(style(e).display)) e = e.parentElement; return e; };
  // How much wider a box is seen than its computed lengths say: by transforms, its own and those around it, and by zoom.
  const wider = e => !e ? 1 : wider(e.parentElement) * Math.abs(new DOMMatrix(style(e).transform).a) *
    Math.abs(style(e).scale === "none" ? 1 : parseFloat(style(e).scale));
  const transformed = elements.some(e => style(e).transform !== "none" || style(e).scale !== "none" || style(e).zoom !== "1");
  const factor = e => transformed ? wider(e) * e.currentCSSZoom : 1;
  const outside = e => transformed ? wider(e.parentElement) * e.currentCSSZoom : 1;
  const content = e => {
    const r = e.getBoundingClientRect(), s = style(e), f = factor(e);
    if (NOT_APPLIED.has(s.display)) return [r.left + scrollX, r.right + scrollX];
    return [r.left + scrollX + f * (px(s.borderLeftWidth) + px(s.paddingLeft)), r.right + scrollX - f * (px(s.borderRightWidth) + px(s.paddingRight))];
  };
  // Inline boxes keep percentages in their computed margins and paddings.
  const used = (e, name) => {
    const value = style(e)[name];
    // Cells may report a percentage that is not resolved yet as 0px.
    const relative = style(e).display === "table-cell" && e.computedStyleMap().get(name.replace("L", "-l").replace("R", "-r"))?.unit !== "px";
    // A cell squeezed below its padding has no room for a ruler, but reports the padding.
    if (!value.includes("%") && (!relative || px(value) > 0)) return px(value);
    if (style(e).display === "table-cell") {
      const ruler = document.createElement("div");
      ruler.style.cssText = "all:initial;display:block";
      e.append(ruler);
      const cell = e.getBoundingClientRect(), inner = ruler.getBoundingClientRect(), s = style(e);
      ruler.remove();
      return name === "paddingLeft" ? inner.left - cell.left - px(s.borderLeftWidth) : cell.right - px(s.borderRightWidth) - inner.right;
    }
    let [l, r] = content(container(e.parentElement));
    if (NOT_APPLIED.has(style(container(e.parentElement)).display)) {
      // Loose in a row, it stands in an anonymous cell, which a block beside it shares and measures.
      const beside = document.createElement("div");
      beside.style.cssText = "all:initial;display:block";
      e.after(beside);
      [l, r] = [0, beside.getBoundingClientRect().width];
      beside.remove();
    }
    const host = document.createElement("div"), child = document.createElement("div");
    host.style.cssText = `all:initial;display:block;position:absolute;visibility:hidden;width:${r - l}px`;
    child.style.cssText = `all:initial;display:block;margin-left:${value}`;
    host.append(child);
    document.documentElement.append(host);
    const result = px(style(child).marginLeft);
    host.remove();
    return result;
  };

  // Margins: (b) single boxes, (a) the inset of all content.
  for (const e of elements) {
    if (!rendered(e) || !inside(e) || ["br", "wbr"].includes(e.localName) || style(e).display === "contents" || NOT_APPLIED.has(style(e).display)) continue;
    const s = style(e);
    const collapsed = s.display === "table" && s.borderCollapse === "collapse";
    const names = s.display === "table-cell" ? ["paddingLeft", "paddingRight"] : collapsed ? ["marginLeft", "marginRight"] : ["marginLeft", "marginRight", "paddingLeft", "paddingRight"];
    for (const name of names) if (e.matches("hr,dialog,[popover]") && e.computedStyleMap().get(name.replace("L", "-l").replace("R", "-r"))?.value === "auto") {} else if (used(e, name) * (name.startsWith("margin") ? outside(e) : factor(e)) > limits.margin_share * width + 0.01) report("margin-width", `${e.localName} ${name} ${s[name]}`);
  }
  // Each piece of content by its place among the elements (style sheets apart), so that another layout can be compared.
  const places = new Map(elements.filter(e => e.localName !== "style").map((e, i) => [e, i]));
  // A box that is transformed or zoomed is where it is seen; its own padding is seen in the same measure.
  const pieces = [...generated.map(([e]) => [e, content(container(e))]), ...runs.map(node => [node.parentElement, content(container(node.parentElement))]), ...replaced.map(e => [e, content(e)])];
  found.pieces = pieces.map(([e, [l, r]]) => [places.get(e), l, width - r]);
  if (pieces.length) found.inset = [Math.min(...found.pieces.map(p => p[1])), Math.min(...found.pieces.map(p => p[2]))];

  // Images and text-free background boxes.
  for (const e of replaced) {
    const [l, r] = content(e);
    if (["img", "svg", "video", "object", "canvas", "embed"].includes(e.localName) && r - l > limits.image_share * width + 0.01) report("image-width", r - l);
  }
  for (const e of elements) {
    if (!rendered(e) || !visible(e) || /^none(, none)*$/.test(style(e).backgroundImage) || REPLACED.has(e.localName) || style(e).display === "inline") continue;
    if (!runs.some(node => e.contains(node)) && e.getBoundingClientRect().width > limits.image_share * width + 0.01) report("image-width", `background ${e.localName}`);
  }

  // The body as a centred block.
  const leaves = [...new Set([...runs.map(n => n.parentElement), ...replaced])];
  const auto = (e, name) => e.computedStyleMap().get(name)?.value === "auto";
  if (leaves.length) {
    for (const e of elements) {
      if (!rendered(e) || !leaves.every(leaf => e.contains(leaf)) || style(e).display === "contents") continue;
      const r = e.getBoundingClientRect(), s = style(e), parent = e.parentElement && (() => { let p = e.parentElement; while (p.parentElement && style(p).display === "contents") p = p.parentElement; return p; })();
      if (!parent && r.width < width - 0.5 && r.left > 0.25 && auto(e, "margin-left") && auto(e, "margin-right")) report("centered-body", "html");
      if (r.width >= width - 0.5 || !parent || (INLINE.has(s.display) && !REPLACED.has(e.localName))) continue;
      const p = style(container(parent));
      const [l, rr] = content(container(parent));
      const before = r.left + scrollX - l, after = rr - r.right - scrollX;
      if (before <= 0.25 || after <= 0.25) continue;
      const bothAuto = auto(e, "margin-left") && auto(e, "margin-right");
      const inlineLevel = s.display.startsWith("inline");
      const flex = p.display.includes("flex"), grid = p.display.includes("grid");
      const column = p.flexDirection.startsWith("column");
      const align = s.alignSelf === "auto" || s.alignSelf === "normal" ? p.alignItems : s.alignSelf;
      const justify = s.justifySelf === "auto" || s.justifySelf === "normal" ? p.justifyItems : s.justifySelf;
      const floated = s.float !== "none" || ["absolute", "fixed"].includes(s.position);
      const centred = !floated && (
        // The used margins tell: beside a block there may be other boxes (cells around an anonymous one).
        (bothAuto && !inlineLevel && !NOT_APPLIED.has(s.display) && s.display !== "table-cell" && px(s.marginLeft) > 0.25 && px(s.marginRight) > 0.25) ||
        (!flex && !grid && !inlineLevel && !NOT_APPLIED.has(s.display) && s.display !== "table-cell" && p.textAlign === "-webkit-center" && before - px(s.marginLeft) > 0.25 && !auto(e, "margin-left") && !auto(e, "margin-right")) ||
        // A box whose own margins fill the line is not moved by its alignment.
        (!flex && !grid && inlineLevel && before - Math.max(0, px(s.marginLeft)) > 0.25 && after - Math.max(0, px(s.marginRight)) > 0.25 && ["center", "-webkit-center"].includes(aligned.get(container(parent)))) ||
        (flex && !column && /\b(center|space-around|space-evenly)$/.test(p.justifyContent)) ||
        (flex && column && /\bcenter$/.test(align)) || (grid && /\bcenter$/.test(justify)) ||
        // Chromium lets justify-self move blocks, too.
        (!flex && !grid && !inlineLevel && s.display !== "table-cell" && !NOT_APPLIED.has(s.display) && /\bcenter$/.test(justify) && !auto(e, "margin-left") && !auto(e, "margin-right")));
      if (centred) report("centered-body", `${e.localName} ${r.width}`);
    }
  }

  // Line breaks, as the rule defines them, on the browser's own rendering.
  const BLANK_NOT = new Set(["table", "inline-table", "table-row", "table-row-group", "table-header-group", "table-footer-group", "table-column", "table-column-group", "flex", "inline-flex"]);
  const OBJECTS = new Set([...REPLACED, "hr", "input", "button", "progress", "meter"]);
  // Nothing in a column is shown, and nothing but columns in a group of them.
  const boxed = e => !["none", "table-column", "table-column-group"].includes(style(e).display);
  const facts = new Map();
  const study = e => {
    const s = style(e);
    const fact = { full: false, breaks: e.localName === "br" ? 1 : 0, block: false, blank: false };
    if (OBJECTS.has(e.localName) || ["select", "textarea"].includes(e.localName)) fact.full = true;
    for (const child of e.childNodes) {
      if (child.nodeType === 3) {
        fact.full ||= MARK.test(child.data);
        if (PRESERVED.has(s.whiteSpace) ) fact.breaks += child.data.split("\n").length - 1;
      } else if (child.nodeType === 1 && boxed(child)) {
        const inner = study(child);
        fact.full ||= inner.full || inner.block;
        fact.breaks += inner.block ? 0 : inner.breaks;
      }
    }
    fact.block = !INLINE.has(s.display) && !["html", "body", "br"].includes(e.localName);
    fact.blank = fact.block && !fact.full && !BLANK_NOT.has(s.display);
    facts.set(e, fact);
    return fact;
  };
  study(document.body);
  let count = 0, row = null, seen = false;
  const mark = () => { if (seen && count > limits.line_breaks) report("line-breaks", count); count = 0; row = null; seen = true; };
  const visit = node => {
    if (node.nodeType === 3) {
      if (!visible(node.parentElement)) return;
      if (!PRESERVED.has(style(node.parentElement).whiteSpace)) { if (MARK.test(node.data)) mark(); return; }
      for (const c of node.data) { if (c === "\n") count += 1; else if (MARK.test(c)) mark(); }
    } else if (node.nodeType === 1 && boxed(node)) {
      const fact = facts.get(node);
      if (fact.blank) {
        let number = Math.max(1, fact.breaks);
        if (style(node).display === "table-cell") { if (row === node.parentElement) number -= 1; row = node.parentElement; }
        count += number;
      } else if (node.localName === "br") count += 1;
      else if (OBJECTS.has(node.localName)) { if (visible(node)) mark(); }
      else node.childNodes.forEach(visit);
    }
  };
  visit(document.body);
  trial.remove();
  return found;
}
