// What a browser makes of a message: used boxes and computed styles of every element, and which of them are the author's.
// `invisible` is the inside of a character class: characters that leave no mark. Changes the document, which is thrown away.
({ invisible }) => {
  const mark = new RegExp(`[^${invisible}]`, "u");
  const OBJECTS = new Set("img svg video object embed canvas iframe".split(" "));
  const UNSEEN = new Set("head style script template title noembed noframes".split(" "));
  const INLINE = /^(inline|contents|ruby|ruby-text)$/;
  const all = [...document.querySelectorAll("*")];
  const index = new Map(all.map((element, i) => [element, i]));
  const moving = document.getAnimations().length > 0;
  const number = text => parseFloat(text) || 0;
  const css = (element, pseudo) => getComputedStyle(element, pseudo);

  // Defaults of the weakest layer, which anything that an author says beats.
  const frame = document.createElement("style");
  const FRAME = `
    :where(body:not([leftmargin], [marginwidth])) { margin-left: 0 }
    :where(body:not([rightmargin], [marginwidth])) { margin-right: 0 }
    :where(body) { margin-top: 0; margin-bottom: 0 }`;
  const links = document.body?.matches("[link], [vlink], [alink]") ? "" : ":where(:any-link) { color: rgb(4 5 6) }";
  const TYPE = `${FRAME}
    :where(html) { color: rgb(1 2 3); font-family: franking-default; line-height: 41.25px } ${links}
    :where(th:not([align])) { text-align: inherit }`;
  const use = (rules, more = "") => { frame.textContent = `@layer franking-default { ${rules} } * { transition: none !important } ${more}`; };
  document.head.prepend(frame);
  use(FRAME);

  const boxed = element => {
    for (let e = element; e; e = e.parentElement) if (css(e).display === "none" || UNSEEN.has(e.localName)) return false;
    const above = element.parentElement?.closest("svg, video, object, canvas, iframe, math");
    return !above;
  };
  const rendered = new Map(all.map(e => [e, boxed(e)]));
  const seen = e => rendered.get(e) && css(e).visibility === "visible";
  const laidOut = e => rendered.get(e) && (css(e).display === "contents" || e.getClientRects().length > 0);

  const drawn = node => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getClientRects().length > 0;
  };
  const texts = [];
  const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (mark.test(node.data) && seen(parent) && !OBJECTS.has(parent.localName) && drawn(node)) texts.push(parent);
  }
  const quoted = value => [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].some(found => mark.test(found[1]));
  const made = (e, pseudo) => {
    const style = css(e, pseudo);
    return !["none", "normal"].includes(style.content) && style.display !== "none" && style.visibility === "visible" && quoted(style.content);
  };
  const hosts = all.filter(e => seen(e) && laidOut(e) && !OBJECTS.has(e.localName));
  const generated = hosts.flatMap(e => ["::before", "::after"].filter(pseudo => made(e, pseudo)).map(pseudo => [e, pseudo]));
  const around = new Set();
  for (const parent of texts) for (let e = parent; e; e = e.parentElement) around.add(e);
  // Of the parts of a text, those that a rule of their own makes different from their element.
  const differs = (e, pseudo) => ["color", "webkitTextFillColor", "lineHeight", "fontFamily", "fontSize"].some(name => css(e, pseudo)[name] !== css(e)[name]);
  const parts = hosts.filter(e => around.has(e) && !INLINE.test(css(e).display)).flatMap(e =>
    ["::first-line", "::first-letter", ...(css(e).display.includes("list-item") ? ["::marker"] : [])]
      .filter(pseudo => differs(e, pseudo)).map(pseudo => [e, pseudo]));

  // Boxes as they are seen: moved, scaled, turned and zoomed.
  const bent = all.some(e => { const s = css(e); return s.transform !== "none" || s.rotate !== "none" || s.scale !== "none" || s.zoom !== "1"; });
  const linear = e => {
    if (!e) return new DOMMatrix();
    const s = css(e), outer = linear(e.parentElement);
    if (INLINE.test(s.display)) return outer;
    const own = new DOMMatrix([
      s.rotate === "none" || s.rotate.includes(" ") ? "" : `rotate(${s.rotate})`,
      s.scale === "none" ? "" : `scale(${s.scale.split(" ").slice(0, 2).join(",")})`,
      s.transform === "none" ? "" : s.transform,
    ].join(" ").trim() || "none");
    return outer.multiply(own);
  };
  const scale = e => !bent || !e ? 1 : Math.abs(linear(e).a) * (e.currentCSSZoom ?? 1);
  const edges = (s, name) => number(s[`border${name}Width`]) + number(s[`padding${name}`]);
  const content = e => {
    const r = e.getBoundingClientRect(), s = css(e);
    const sides = ["Left", "Right", "Top", "Bottom"].map(name => edges(s, name));
    if (!bent) return [r.left + scrollX + sides[0], r.right + scrollX - sides[1]];
    const zoom = e.currentCSSZoom ?? 1, m = linear(e);
    const [left, right, top, bottom] = sides.map(side => side * zoom);
    if (!m.is2D || INLINE.test(s.display) || !s.width.endsWith("px") || !s.height.endsWith("px"))
      return [r.left + scrollX + Math.abs(m.a) * left, r.right + scrollX - Math.abs(m.a) * right];
    const border = s.boxSizing === "border-box";
    const w = number(s.width) * zoom - (border ? left + right : 0), h = number(s.height) * zoom - (border ? top + bottom : 0);
    const middle = (r.left + r.right) / 2 + scrollX + m.a * (left - right) / 2 + m.c * (top - bottom) / 2;
    const half = (Math.abs(m.a) * w + Math.abs(m.c) * h) / 2;
    return [middle - half, middle + half];
  };
  const block = e => { while (e.parentElement && INLINE.test(css(e).display)) e = e.parentElement; return e; };

  // A used margin or padding in CSS px. Inline boxes keep percentages, and cells may hide theirs.
  const ROWS = /^table-(row|column|row-group|column-group|header-group|footer-group)$/;
  const share = (e, name, property) => {
    const s = css(e), value = s[name];
    const cell = s.display === "table-cell" && name.startsWith("padding");
    if (cell && value === "0px" && !/^[-\d.]*(px)?$/.test(String(e.computedStyleMap().get(property) ?? ""))) {
      const ruler = document.createElement("div");
      ruler.style.cssText = "all:initial;display:block";
      e.append(ruler);
      const outer = e.getBoundingClientRect(), inner = ruler.getBoundingClientRect();
      ruler.remove();
      return name === "paddingLeft" ? inner.left - outer.left - number(s.borderLeftWidth) : outer.right - number(s.borderRightWidth) - inner.right;
    }
    if (!value.includes("%")) return number(value);
    const [l, r] = e.parentElement ? content(block(e.parentElement)) : [0, innerWidth];
    const box = document.createElement("div"), child = document.createElement("div");
    box.style.cssText = `all:initial;display:block;position:absolute;width:${r - l}px`;
    child.style.cssText = `all:initial;display:block;margin-left:${value}`;
    box.append(child);
    document.documentElement.append(box);
    const used = number(css(child).marginLeft);
    box.remove();
    return used;
  };
  const SIDES = [["marginLeft", "margin-left"], ["marginRight", "margin-right"], ["paddingLeft", "padding-left"], ["paddingRight", "padding-right"]];
  const spaces = e => {
    const s = css(e);
    if (!laidOut(e) || /^(br|wbr)$/.test(e.localName) || s.display === "contents" || ROWS.test(s.display)) return [0, 0, 0, 0];
    return SIDES.map(([name, property]) => {
      const margin = name.startsWith("margin");
      if (margin && (s.display === "table-cell" || (e.localName === "hr" && String(e.computedStyleMap().get(property)) === "auto"))) return 0;
      if (!margin && s.display.endsWith("table") && s.borderCollapse === "collapse") return 0;
      return share(e, name, property) * (margin ? scale(e.parentElement) * (bent && e.parentElement ? (e.currentCSSZoom ?? 1) / (e.parentElement.currentCSSZoom ?? 1) : 1) : scale(e));
    });
  };

  // By what a box stands in the middle of a wider one; "" where it does not.
  const isAuto = (e, property) => String(e.computedStyleMap().get(property)) === "auto";
  const centring = e => {
    const s = css(e);
    if (!laidOut(e) || s.display === "contents" || (INLINE.test(s.display) && !OBJECTS.has(e.localName))) return "";
    const r = e.getBoundingClientRect();
    const autos = isAuto(e, "margin-left") && isAuto(e, "margin-right") && number(s.marginLeft) > 0.25 && number(s.marginRight) > 0.25;
    if (!e.parentElement) return autos && r.left > 0.25 && r.width < innerWidth - 0.5 ? "auto margins" : "";
    let host = e.parentElement;
    while (host.parentElement && INLINE.test(css(host).display)) host = host.parentElement;
    const [l, right] = content(host), before = r.left + scrollX - l, after = right - r.right - scrollX;
    if (before <= 0.25 || after <= 0.25 || s.float !== "none") return "";
    const internal = ROWS.test(s.display) || s.display === "table-cell", atom = s.display.startsWith("inline");
    if (autos && !atom && !internal) return "auto margins";
    if (/^(absolute|fixed)$/.test(s.position) || internal) return "";
    const p = css(host), column = p.flexDirection.startsWith("column");
    const align = /^(auto|normal)$/.test(s.alignSelf) ? p.alignItems : s.alignSelf;
    const justify = /^(auto|normal)$/.test(s.justifySelf) ? p.justifyItems : s.justifySelf;
    if (p.display.includes("flex")) return (column ? /\bcenter$/.test(align) : /\b(center|space-around|space-evenly)$/.test(p.justifyContent)) ? "flex alignment" : "";
    if (p.display.includes("grid")) return /\bcenter$/.test(justify) || /\b(center|space-around|space-evenly)$/.test(p.justifyContent) ? "grid alignment" : "";
    const free = before - Math.max(0, number(s.marginLeft)) > 0.25 && after - Math.max(0, number(s.marginRight)) > 0.25;
    const loose = !isAuto(e, "margin-left") && !isAuto(e, "margin-right");
    if (atom || OBJECTS.has(e.localName) && INLINE.test(s.display)) return free && !/^(th|caption|button)$/.test(host.localName) && /center$/.test(p.textAlign) ? "text alignment" : "";
    if (free && loose && p.textAlign === "-webkit-center" && host.localName !== "caption") return "alignment";
    return free && loose && /\bcenter$/.test(justify) ? "justify-self" : "";
  };

  const boxes = all.map(e => {
    const s = css(e), r = e.getBoundingClientRect(), shown = laidOut(e);
    return {
      tag: e.localName, parent: e.parentElement ? index.get(e.parentElement) : null, display: s.display,
      breaks_kept: /^(preserve|preserve-breaks|break-spaces)$/.test(s.whiteSpaceCollapse), visible: s.visibility === "visible",
      rendered: rendered.get(e), laid_out: shown, object: OBJECTS.has(e.localName), inline: INLINE.test(s.display),
      pictured: s.backgroundImage !== "none", width: shown ? r.width : 0, inner: shown ? content(e) : [0, 0],
      spaces: spaces(e), default_spaces: [0, 0, 0, 0], centred: centring(e),
    };
  });
  const holders = [...new Set([...texts, ...generated.map(([e]) => e)])];
  const pieces = () => [...holders.map(e => [e, content(block(e))]), ...all.filter(e => OBJECTS.has(e.localName) && seen(e) && laidOut(e)).map(e => [e, content(e)])];
  const insets = list => list.map(([e, [l, r]]) => [index.get(e), l, innerWidth - r]);
  const found = { boxes, moving, texts: holders.map(e => index.get(e)), pieces: insets(pieces()) };

  // Type, once as written and once without what the author says.
  const typed = [...new Set(texts)].map(e => [e, undefined]).concat(generated, parts);
  const read = () => typed.map(([e, pseudo]) => {
    const s = css(e, pseudo), line = css(block(e));
    return { color: s.color, fill: s.webkitTextFillColor, height: s.lineHeight, family: s.fontFamily, size: number(s.fontSize),
             align: line.textAlign.replace("-webkit-", ""), last: line.textAlignLast, side: line.direction === "rtl" ? "right" : "left" };
  });
  const sizes = read().map(type => type.size);
  use(TYPE);
  const written = read();
  use(TYPE, "* { color-scheme: dark !important }");
  const dark = read();
  for (const sheet of document.styleSheets) if (sheet.ownerNode !== frame) sheet.disabled = true;
  const SAID = "style align valign bgcolor background color face text link vlink alink hspace vspace cellpadding cellspacing border leftmargin rightmargin marginwidth".split(" ");
  for (const e of all) {
    for (const name of SAID) e.removeAttribute(name);
    if (e.localName === "font") e.removeAttribute("size");
    if (!OBJECTS.has(e.localName)) { e.removeAttribute("width"); e.removeAttribute("height"); }
  }
  const PLAIN = ":where(center) { text-align: start }";
  use(`${TYPE} ${PLAIN}`);
  const plain = read();
  use(`${FRAME} ${PLAIN}`);
  all.forEach((e, i) => { boxes[i].default_spaces = spaces(e); });
  found.default_pieces = insets(pieces());
  const initial = document.createElement("div");
  initial.style.cssText = "all:initial";
  document.documentElement.append(initial);
  const family = css(initial).fontFamily;
  found.types = typed.map(([e, pseudo], i) => {
    const now = written[i], own = plain[i];
    const follows = now.color === own.color || (now.color !== dark[i].color && now.color === "rgb(0, 0, 0)");
    const align = [[now.align, own.align], [now.last, own.last]].find(([value, its]) => !["start", "auto", now.side, its].includes(value));
    return {
      element: index.get(e), pseudo: pseudo ?? "", size: sizes[i],
      color: follows ? (now.fill === now.color ? null : now.fill) : now.color,
      line_height: ["normal", own.height].includes(now.height) ? null : now.height,
      family: [family, own.family].includes(now.family) ? null : now.family,
      align: pseudo || !align ? null : align[0],
    };
  });
  return found;
}
