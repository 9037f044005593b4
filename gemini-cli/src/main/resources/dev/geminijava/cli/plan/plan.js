"use strict";
(() => {
  const data = JSON.parse(document.getElementById("plan").textContent);
  const HUES = [212, 28, 152, 285, 350, 48, 190, 250];
  const hue = stage => HUES[stage % HUES.length];
  const SPLITS = { whole: "whole on every rank", column: "split by output features", gathered: "split by output features, put together at once",
    row: "split by input features, sums added up", between: "works on split values" };

  // ---- how things are written

  const unit = (value, units, base) => {
    let i = 0;
    while (Math.abs(value) >= base * 0.9995 && i < units.length - 1) { value /= base; i++; }
    const digits = value === 0 || Math.abs(value) >= 100 || (i === 0 && Number.isInteger(value)) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return value.toFixed(digits) + (units[i] ? " " + units[i] : "");
  };
  const bytes = v => unit(v, ["B", "KiB", "MiB", "GiB", "TiB"], 1024);
  const count = v => unit(v, ["", "K", "M", "G", "T"], 1000);
  const flops = v => unit(v, ["FLOP", "KFLOP", "MFLOP", "GFLOP", "TFLOP"], 1000);
  const time = v => v >= 1 ? v.toFixed(2) + " s" : v >= 1e-3 ? (v * 1e3).toFixed(v >= 0.1 ? 0 : v >= 0.01 ? 1 : 2) + " ms" : (v * 1e6).toFixed(0) + " µs";
  const percent = v => Math.round(100 * v) + "%";
  const times = v => v.toFixed(2) + "×";
  const plural = (n, one, many) => n + " " + (n === 1 ? one : many || one + "s");
  const last = path => path.slice(path.lastIndexOf("/") + 1);
  const simple = name => last(name.replaceAll(".", "/"));

  const element = (tag, attributes, ...children) => {
    const svg = /^(svg|g|rect|path|text|line|title)$/.test(tag);
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== false) made.setAttribute(key, value);
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== null) made.append(child);
    }
    return made;
  };
  const table = (titles, rows) => element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": titles[0] + " and its figures" },
    element("table", {}, element("thead", {}, element("tr", {}, titles.map(t => element("th", { scope: "col" }, t)))),
      element("tbody", {}, rows.map(row => element("tr", {}, row.map(cell =>
        cell instanceof Element && cell.tagName === "TD" ? cell : element("td", {}, cell)))))));
  const badge = stage => element("span", { class: "badge", style: "--h:" + hue(stage) }, String(stage));

  // ---- details on hover, focus and tap

  const tip = document.getElementById("tip");
  const show = (title, pairs, x, y) => {
    tip.replaceChildren(element("b", {}, title),
      element("dl", {}, pairs.filter(p => p[1] !== "" && p[1] !== undefined).flatMap(([k, v]) => [element("dt", {}, k), element("dd", {}, v)])));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = (y + 18 + box.height > innerHeight - 8 ? Math.max(8, y - box.height - 14) : y + 18) + "px";
  };
  const hide = () => { tip.hidden = true; };
  const explain = (target, title, pairs) => {
    target.addEventListener("pointermove", e => show(title, pairs, e.clientX, e.clientY));
    target.addEventListener("pointerleave", e => { if (e.pointerType === "mouse") hide(); });
    target.addEventListener("click", e => { show(title, pairs, e.clientX, e.clientY); e.stopPropagation(); });
    target.addEventListener("focus", () => { const r = target.getBoundingClientRect(); show(title, pairs, r.left + r.width / 2, r.top + r.height / 2); });
    target.addEventListener("blur", hide);
  };
  document.addEventListener("click", hide);
  document.addEventListener("keydown", e => { if (e.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

  // ---- a stage's layers as a tree of blocks, equal neighbours taken together

  const tree = layers => {
    const root = { name: "", children: [] };
    // Blocks around others: a layer that has no name of its own in one of them has its path.
    const around = new Set(layers.flatMap(l => {
      const path = l.block.split("/");
      return path.slice(1).map((_, i) => path.slice(0, i + 1).join("/"));
    }));
    for (const layer of layers) {
      // A layer is named by its class, an operation by its method.
      const leaf = !/\.[a-z]\w*$/.test(layer.operation);
      const path = layer.block === "" ? [] : layer.block.split("/");
      const named = leaf && path.length && !around.has(layer.block);
      const inside = named ? path.slice(0, -1) : path;
      let at = root;
      for (const name of inside) {
        let next = at.children[at.children.length - 1];
        if (!next || next.name !== name || !next.children) {
          next = { name, children: [] };
          at.children.push(next);
        }
        at = next;
      }
      const before = at.children[at.children.length - 1];
      if (!leaf && before && before.operations && before.operations[0].split === layer.split) before.operations.push(layer);
      else if (!leaf) at.children.push({ operations: [layer] });
      else at.children.push({ layer, name: named ? path[path.length - 1] : simple(layer.operation) });
    }
    return fold(root).children;
  };
  const plain = name => (name || "").replace(/^\d+/, "");
  // What blocks of a loop have in common, which are numbered in front or behind.
  const kind = name => plain(name).replace(/_?\d+$/, "");
  const layersOf = item => item.children ? item.children.flatMap(layersOf) : item.operations || [item.layer];
  const signature = item => item.children ? kind(item.name) + "(" + item.children.map(c => (c.times || 1) + signature(c)).join() + ")"
    : item.operations ? item.operations.map(o => o.operation + o.shape).join("+") + item.operations[0].split
    : plain(item.name) + item.layer.operation + item.layer.shape + item.layer.parameters + item.layer.split;
  // Runs of one block, or of a few blocks in turn, that come again and again.
  const fold = item => {
    if (!item.children) return item;
    const children = item.children.map(fold);
    const signs = children.map(signature);
    const folded = [];
    for (let i = 0; i < children.length;) {
      let best = null;
      for (let length = 1; length <= 4 && !best; length++) {
        let again = 1;
        while (signs.slice(i, i + length).join("|") === signs.slice(i + again * length, i + (again + 1) * length).join("|")) again++;
        if (again > 1 && children.slice(i, i + length).some(c => !c.operations)) best = { length, again };
      }
      if (best) {
        const members = children.slice(i, i + best.length);
        const all = children.slice(i, i + best.length * best.again);
        folded.push(best.length === 1 && members[0].children
          ? { ...members[0], times: best.again, until: all[all.length - 1].name, all }
          : { name: "", children: members, times: best.again, all });
        i += best.length * best.again;
      } else folded.push(children[i++]);
    }
    return { ...item, children: folded };
  };
  const everything = item => item.all ? item.all.flatMap(everything) : item.children ? item.children.flatMap(everything) : layersOf(item);
  const sum = (values, of) => values.reduce((a, v) => a + of(v), 0);

  const layerDetails = (layer, n) => [["what", simple(layer.operation)], ["where", layer.place], ["result", layer.shape],
    ["parameters", layer.parameters ? count(layer.parameters) + (n > 1 ? " × " + n : "") : ""], ["forward", flops(layer.flops) + " a batch"],
    ["time", time(layer.forwardSeconds) + " + " + time(layer.backwardSeconds) + " a micro-batch"],
    ["placed", "stage " + layer.stage + ", " + SPLITS[layer.split]], ["because", layer.why]];

  // ---- the graph of one stage

  const drawStage = (layers, stage, width) => {
    const svg = element("svg", { role: "group", "aria-label": "Layers of stage " + stage });
    const total = sum(layers, l => l.forwardSeconds + l.backwardSeconds) || 1;
    const at = new Map();
    const edges = element("g");
    const boxes = element("g");
    const arcs = 30;
    let y = 2;
    const fit = (text, room) => { const max = Math.floor(room / 6.7); return text.length <= max ? text : text.slice(0, Math.max(1, max - 1)) + "…"; };
    const arrow = (x, from, to) => edges.append(element("path", { class: "edge", d: `M${x} ${from}V${to}m-3 -4l3 4l3 -4` }));
    const box = (x, height, title, detail, split, label, pairs, members, again) => {
      const w = width - arcs - 2 * x;
      const share = again * sum(members, l => l.forwardSeconds + l.backwardSeconds) / total;
      const item = element("g", { class: "item", tabindex: 0, role: "button", "aria-label": label },
        element("rect", { class: "box", x, y, width: w, height, rx: 6 }));
      const mark = split === "column" || split === "gathered" ? "M0 0v12M4 0v12M8 0v12" : split === "row" ? "M-1 2h10M-1 6h10M-1 10h10" : split === "between" ? "M0 0v2M0 5v2M0 10v2M8 0v2M8 5v2M8 10v2" : "";
      if (mark) item.append(element("path", { class: "mark", d: mark, transform: `translate(${x + 8} ${y + 7})` }));
      const left = x + (mark ? 24 : 8);
      item.append(element("text", { x: left, y: y + 17 }, fit(title, w - (left - x) - 8)));
      if (detail) item.append(element("text", { class: "tiny", x: left, y: y + 33 }, fit(detail, (w - (left - x) - 8) * 1.12)));
      item.append(element("rect", { class: "share", x: x + 4, y: y + height - 4, width: Math.max(1, share * (w - 8)), height: 3, rx: 1.5 }));
      explain(item, title, pairs);
      boxes.append(item);
      members.forEach(l => at.set(l.id, { top: y, bottom: y + height, right: x + w }));
      y += height;
    };
    const centre = (width - arcs) / 2;
    const draw = (items, x, again) => items.forEach((item, i) => {
      if (i) { arrow(centre, y, y + 11); y += 11; }
      if (item.children) {
        const top = y;
        const n = item.times || 1;
        const members = everything(item);
        const name = !item.name ? plural(item.children.length, "block") + " in turn"
          : n === 1 ? item.name
          : kind(item.name) !== plain(item.name) ? plain(item.name) + "–" + item.until.match(/\d+$/)[0]
          : plain(item.name) + ", " + item.name.replace(plain(item.name), "") + " to " + item.until.replace(plain(item.until), "");
        boxes.append(element("text", { class: "tiny", x: x + 6, y: y + 15, style: n > 1 ? "font-weight:700" : undefined },
          fit((n > 1 ? n + " × " : "") + name, width - arcs - 2 * x - 70)));
        boxes.append(element("text", { class: "tiny", x: width - arcs - x - 6, y: y + 15, "text-anchor": "end" },
          time(sum(members, l => l.forwardSeconds + l.backwardSeconds))));
        y += 22;
        draw(item.children, x + 7, again * n);
        y += 8;
        boxes.prepend(element("rect", { class: "group", x, y: top, width: width - arcs - 2 * x, height: y - top, rx: 8 }));
        if (n > 1) for (let k = 1; k <= 2; k++) {
          edges.append(element("path", { class: "group", d: `M${x + 6 + 3 * k} ${y + 3 * k}H${width - arcs - x + 3 * k - 3}V${top + 8 + 3 * k}` }));
        }
        if (n > 1) y += 7;
      } else if (item.operations) {
        const names = item.operations.map(o => last(o.operation.replaceAll(".", "/")));
        box(x, 28, names.join(" · "), "", item.operations[0].split, "operations " + names.join(", "),
          [["operations", names.join(", ")], ["where", item.operations[0].place], ["result", item.operations[item.operations.length - 1].shape],
            ["forward", flops(sum(item.operations, o => o.flops)) + " a batch"],
            ["time", time(sum(item.operations, o => o.forwardSeconds)) + " + " + time(sum(item.operations, o => o.backwardSeconds)) + " a micro-batch"],
            ["placed", "stage " + stage + ", " + SPLITS[item.operations[0].split]]], item.operations, again);
      } else {
        const l = item.layer;
        const what = simple(l.operation);
        const title = plain(item.name) === what ? item.name : item.name + ": " + what;
        box(x, 46, title, l.shape + (l.parameters ? " · " + count(l.parameters) + " parameters" : ""), l.split,
          title + ", stage " + stage + ", " + SPLITS[l.split], layerDetails(l, again), [l], again);
      }
    });
    draw(tree(layers), 2, 1);
    // What skips its neighbours goes along the right side.
    const order = [...new Set([...at.values()])];
    const lanes = [];
    for (const layer of layers) {
      const to = at.get(layer.id);
      for (const input of layer.inputs) {
        const from = at.get(input);
        if (from && to && from !== to && order.indexOf(to) - order.indexOf(from) > 1) {
          let lane = lanes.findIndex(until => until <= from.bottom);
          if (lane < 0) lane = lanes.length;
          lanes[lane] = to.top;
          const x = Math.min(width - 3, width - arcs + 8 + 6 * (lane % 4));
          const a = (from.top + from.bottom) / 2 + 5, b = (to.top + to.bottom) / 2 - 5;
          edges.append(element("path", { class: "edge", d: `M${from.right} ${a}H${x - 4}Q${x} ${a} ${x} ${a + 4}V${b - 4}Q${x} ${b} ${x - 4} ${b}H${to.right + 1}m4 -3l-4 3l4 3` }));
        }
      }
    }
    svg.append(edges, boxes);
    svg.setAttribute("width", width);
    svg.setAttribute("height", y + 4);
    svg.setAttribute("viewBox", `0 0 ${width} ${y + 4}`);
    svg.style.setProperty("--h", hue(stage));
    return svg;
  };

  // ---- a chart of a schedule

  const KIND = { F: "forward", B: "backward", weights: "weight gradients", optimizer: "update of the parameters" };
  const drawChart = (rows, span, width, label) => {
    const left = width < 500 ? 26 : 62, rowHeight = 30, top = 4;
    const height = top + rows.length * (rowHeight + 4) + 22;
    const scale = (width - left - 6) / (span || 1);
    const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}`, tabindex: 0, role: "img", "aria-label": label + " Arrow keys go from action to action." });
    const step = [1, 2, 5].flatMap(a => [-6, -5, -4, -3, -2, -1, 0, 1, 2].map(e => a * 10 ** e)).sort((a, b) => a - b).find(s => s * scale >= 64) || span;
    for (let t = 0; t <= span * 1.0001; t += step) {
      const x = left + t * scale;
      svg.append(element("line", { class: "tick", x1: x, x2: x, y1: top, y2: height - 18 }));
      if (x < width - 20) svg.append(element("text", { class: "tiny", x, y: height - 5, "text-anchor": t === 0 ? "start" : "middle" }, t === 0 ? "0" : time(t)));
    }
    const slots = [];
    rows.forEach((row, r) => {
      const y = top + r * (rowHeight + 4);
      svg.append(element("text", { class: "tiny", x: 0, y: y + 19 }, (left > 40 ? "stage " : "S") + r),
        element("rect", { class: "lane", x: left, y, width: width - left - 6, height: rowHeight, rx: 3 }));
      for (const slot of row) {
        const x = left + slot.start * scale, w = Math.max(1, (slot.end - slot.start) * scale);
        const rect = element("rect", { class: "slot " + slot.kind, x, y, width: w, height: rowHeight, rx: 2, style: "--h:" + hue(slot.stage), "data-action": slot.stage + slot.kind + slot.microBatch });
        const name = slot.kind.length === 1 ? slot.stage + slot.kind + slot.microBatch : slot.kind;
        const pairs = [["what", KIND[slot.kind]], ["stage", String(slot.stage)], ["micro-batch", slot.microBatch < 0 ? "all" : String(slot.microBatch)],
          ["from", time(slot.start)], ["to", time(slot.end)], ["takes", time(slot.end - slot.start)]];
        explain(rect, name, pairs);
        slots.push({ rect, name, pairs });
        svg.append(rect);
        const text = String(slot.microBatch);
        if (slot.kind.length === 1 && w > 7 * text.length + 4) svg.append(element("text", { class: "in" + slot.kind, x: x + w / 2, y: y + 19, "text-anchor": "middle" }, text));
      }
    });
    let active = -1;
    svg.addEventListener("keydown", e => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (!move || !slots.length) return;
      e.preventDefault();
      if (active >= 0) slots[active].rect.classList.remove("at");
      active = (active + move + slots.length) % slots.length;
      const { rect, name, pairs } = slots[active];
      rect.classList.add("at");
      const b = rect.getBoundingClientRect();
      show(name, pairs, b.left + b.width / 2, b.bottom - 10);
    });
    svg.addEventListener("blur", () => { slots.forEach(s => s.rect.classList.remove("at")); hide(); });
    return svg;
  };

  // ---- the parts of the page

  const drawings = [];
  // Drawn as wide as its place is, and again when that changes.
  const sized = (holder, draw) => { drawings.push({ holder, draw, width: 0 }); return holder; };
  const redraw = () => {
    const widths = drawings.map(d => Math.floor(d.holder.clientWidth));
    drawings.forEach((d, i) => {
      if (widths[i] > 0 && widths[i] !== d.width) { d.width = widths[i]; d.holder.replaceChildren(d.draw(widths[i])); }
    });
  };

  const tile = (value, label, tone) => element("div", { class: "tile" }, element("b", { class: tone }, value), element("span", {}, label));
  const memoryOf = s => s.memory.parameters + s.memory.gradients + s.memory.optimizer + s.memory.activations;

  const tiles = m => {
    const peak = Math.max(...m.stages.map(memoryOf));
    return element("div", { class: "tiles" },
      tile(times(m.speedUp), "of one device's speed", m.speedUp > 1.02 ? "good" : "bad"),
      tile(time(m.stepSeconds), "a step; " + time(m.oneDeviceSeconds) + " on one device"),
      tile(percent(m.bubble), "bubble of " + m.schedule),
      tile(bytes(peak), "peak of a device" + (m.memoryLimit ? ", limit " + bytes(m.memoryLimit) : ", no limit set"), m.fits ? undefined : "bad"),
      tile(count(sum(m.stages, s => s.parameters)), "parameters"),
      tile(bytes(sum(m.communication, c => c.bytes)), "between devices in a step"));
  };

  const verdict = m => {
    const devices = m.stages.length * m.shardingSize;
    const what = plural(m.stages.length, "stage") + (m.shardingSize > 1 ? " × " + plural(m.shardingSize, "rank") : "") + ", " + plural(m.microBatches, "micro-batch", "micro-batches") + " of a batch of " + m.batch + (m.batchKnown ? "" : " (assumed)") + ", " + m.schedule + ". ";
    const worth = devices === 1 ? "One device: there is nothing to divide. "
      : m.speedUp > 1.02 ? "Worth it: " + devices + " devices are predicted to be " + times(m.speedUp) + " as fast as one, the best possible being " + devices + "×. "
      : "Not worth it: " + devices + " devices are predicted to be no faster than one (" + times(m.speedUp) + "). ";
    const fits = m.memoryLimit === undefined ? "No memory limit is set (--device-memory)." : m.fits ? "It fits into the memory of every device." : "It does not fit: a device holds more than its limit.";
    return what + worth + fits;
  };

  const where = m => {
    const stages = element("div", { class: "stages" }, m.stages.map((s, i) => {
      const layers = m.layers.filter(l => l.stage === i);
      const send = m.communication.find(c => c.kind === "send" && c.where.startsWith("stage " + i + " → " + (i + 1)));
      return element("div", { class: "stage", style: "--h:" + hue(i) },
        element("h3", {}, "Stage " + i, element("span", { class: "soft small" }, time(s.forwardSeconds) + " + " + time(s.backwardSeconds))),
        element("p", { class: "soft small" }, count(s.parameters) + " parameters, " + flops(s.flops) + " forward a batch"),
        sized(element("div", {}), width => drawStage(layers, i, width)),
        send ? element("p", { class: "out" }, "→ stage " + (i + 1) + ": " + bytes(send.bytes) + " of values a step, and as much of gradients back") : undefined);
    }));
    const mark = (split, d) => element("span", {}, (() => {
      const svg = element("svg", { width: 22, height: 16, "aria-hidden": "true" }, element("path", { class: "mark", d, transform: "translate(6 2)" }));
      svg.style.setProperty("--h", 212);
      return svg;
    })(), SPLITS[split]);
    return element("section", { id: "where" }, element("h2", {}, "What goes where"),
      element("p", { class: "soft small" }, "A colour for each stage. The bar at the bottom of a box is its share of the stage's time. Point at a box for more."),
      m.shardingSize > 1 ? element("div", { class: "legend" }, mark("column", "M0 0v12M4 0v12M8 0v12"), mark("row", "M-1 2h10M-1 6h10M-1 10h10"),
        mark("between", "M0 0v2M0 5v2M0 10v2M8 0v2M8 5v2M8 10v2"), element("span", {}, "no mark: " + SPLITS.whole)) : undefined,
      stages);
  };

  const schedules = (m, measured) => {
    if (m.stages.length === 1 && !measured) return undefined;
    const legend = element("div", { class: "legend", style: "--h:212" },
      element("span", {}, element("span", { class: "swatch", style: "background:hsl(212 var(--f-s) var(--f-l))" }), "forward"),
      element("span", {}, element("span", { class: "swatch", style: "background:hsl(212 var(--b-s) var(--b-l))" }), "backward"),
      element("span", {}, "the number is the micro-batch's"));
    const longest = Math.max(...m.schedules.map(s => s.seconds));
    const seen = measured ? Math.max(...measured.rows.flat().map(s => s.end)) : 0;
    const together = seen > 0 && seen / longest < 4 && longest / seen < 4;
    const span = together ? Math.max(longest, seen) : longest;
    const chart = (title, facts, rows, width, id) => element("div", { class: "chart", id }, element("h3", {}, title, element("span", { class: "soft small" }, facts)),
      sized(element("div", {}), w => drawChart(rows, width, w, title + ", " + facts + ".")));
    return element("section", { id: "schedules" }, element("h2", {}, "Who works when"), legend,
      m.schedules.map(s => chart(s.name + (s.name === m.schedule ? ", chosen" : ""), "predicted: " + time(s.seconds) + ", bubble " + percent(s.bubble) + ", at most " + bytes(Math.max(...s.peakBytes)) + " on a device", s.rows, span, "chart-" + s.name)),
      measured ? chart("measured", time(seen) + " of computing, bubble " + percent(measured.bubble) + (together ? "" : "; a time scale of its own"), measured.rows, together ? span : seen, "chart-measured") : undefined);
  };

  const ratio = (a, b) => b > 0 ? (a / b).toFixed(2) : "–";
  const beside = (m, measured) => {
    if (!measured) return undefined;
    const rows = [["step", time(m.stepSeconds), time(measured.busySeconds), ratio(measured.busySeconds, m.stepSeconds)],
      ["bubble", percent(m.bubble), percent(measured.bubble), ""]];
    m.stages.forEach((s, i) => {
      const r = measured.stages[i];
      if (r) rows.push(["stage " + i + ", forward", time(s.forwardSeconds), time(r.forwardSeconds), ratio(r.forwardSeconds, s.forwardSeconds)],
        ["stage " + i + ", backward", time(s.backwardSeconds), time(r.backwardSeconds), ratio(r.backwardSeconds, s.backwardSeconds)]);
    });
    const sent = sum(m.communication.filter(c => c.kind === "send"), c => c.bytes);
    if (measured.sentBytes) rows.push(["sent between stages", bytes(sent), bytes(measured.sentBytes), ratio(measured.sentBytes, sent)]);
    const fair = measured.rows.length === m.stages.length;
    return element("section", { id: "measured" }, element("h2", {}, "Predicted and measured"),
      element("p", { class: "soft small" }, "The median of " + plural(measured.steps, "step") + " of the trace; from the beginning of one to that of the next " + time(measured.stepSeconds) + ", reading data included. Stage times are those of one micro-batch; the last column is measured over predicted."),
      fair ? undefined : element("p", { class: "warn" }, "The trace has " + plural(measured.rows.length, "stage") + ", the plan " + m.stages.length + ": they are not of the same plan."),
      table(["", "predicted", "measured", "ratio"], rows));
  };

  const memory = m => {
    const parts = [["parameters", "--m1"], ["gradients", "--m2"], ["optimizer", "--m3"], ["activations", "--m4"]];
    const most = Math.max(m.memoryLimit || 0, ...m.stages.map(memoryOf)) || 1;
    return element("section", { id: "memory" }, element("h2", {}, "Memory of each device"),
      element("div", { class: "legend" }, parts.map(([name, colour]) => element("span", {}, element("span", { class: "swatch", style: `background:var(${colour})` }), name)),
        m.memoryLimit ? element("span", {}, element("span", { class: "swatch", style: "width:2px;border:0;background:var(--bad)" }), "limit " + bytes(m.memoryLimit)) : undefined),
      element("div", { class: "bars" }, m.stages.map((s, i) => {
        const all = memoryOf(s);
        const bar = element("div", { class: "bar", tabindex: 0, role: "img", "aria-label": "Stage " + i + ": " + bytes(all) },
          element("div", { class: "head" }, element("span", {}, "Stage " + i + (m.shardingSize > 1 ? ", each of " + m.shardingSize + " ranks" : "")),
            element("span", { class: m.memoryLimit && all > m.memoryLimit ? "bad" : undefined }, bytes(all) + (m.memoryLimit ? ", " + percent(all / m.memoryLimit) + " of the limit" : ""))),
          element("div", { class: "track" }, element("div", { class: "fill" }, parts.map(([name, colour]) => element("i", { style: `width:${100 * s.memory[name] / most}%;background:var(${colour})` }))),
            m.memoryLimit ? element("span", { class: "limit", style: `left:${100 * m.memoryLimit / most}%` }) : undefined));
        explain(bar, "Stage " + i, parts.map(([name]) => [name, bytes(s.memory[name])]));
        return bar;
      })),
      table(["stage", "parameters", "gradients", "optimizer", "activations", "together"], m.stages.map((s, i) => [badge(i), ...parts.map(([n]) => bytes(s.memory[n])), bytes(memoryOf(s))])));
  };

  const communication = m => m.communication.length === 0 ? undefined : element("section", { id: "communication" }, element("h2", {}, "What crosses between devices"),
    element("p", { class: "soft small" }, "In one step, of all devices together."),
    table(["kind", "between", "times", "bytes", "time"], m.communication.map(c => [c.kind, element("td", { class: "wrap" }, c.where), String(c.times), bytes(c.bytes), time(c.seconds)])));

  const layerTable = m => {
    const rows = [];
    const walk = (items, n) => items.forEach(item => {
      if (item.children) walk(item.children, n * (item.times || 1));
      else (item.operations || [item.layer]).forEach(layer => rows.push({ layer, n, operation: !!item.operations }));
    });
    m.stages.forEach((s, i) => walk(tree(m.layers.filter(l => l.stage === i)), 1));
    const alternatives = layer => layer.choices.length === 0 ? layer.why || "" : element("details", {},
      element("summary", {}, layer.why || "alternatives"),
      element("table", {}, element("thead", {}, element("tr", {}, ["it could be", "compute", "communicate", "bytes"].map(t => element("th", {}, t)))),
        element("tbody", {}, layer.choices.map(c => element("tr", {}, element("td", { style: c.how === layer.split ? "font-weight:700" : undefined }, c.how), element("td", {}, time(c.computeSeconds)),
          element("td", {}, time(c.communicationSeconds)), element("td", {}, bytes(c.bytes)))))));
    const make = operations => table(["layer", "at", "result", "parameters", "forward", "time", "stage", "split", "why"], rows.filter(r => operations || !r.operation).map(({ layer, n, operation }) =>
      [(n > 1 ? n + " × " : "") + (operation ? "" : (last(layer.block) || "") + " ") + (plain(last(layer.block)) === simple(layer.operation) ? "" : simple(layer.operation)),
        layer.place, layer.shape, layer.parameters ? count(layer.parameters) : "", flops(layer.flops), time(layer.forwardSeconds + layer.backwardSeconds),
        badge(layer.stage), layer.split, element("td", { class: "wrap" }, alternatives(layer))]));
    const holder = element("div", {}, make(false));
    const hidden = rows.filter(r => r.operation).length;
    const toggle = element("button", { class: "toggle", type: "button", "aria-pressed": "false" }, "Show " + plural(hidden, "operation") + ", too");
    toggle.addEventListener("click", () => {
      const on = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(on));
      holder.replaceChildren(make(on));
    });
    return element("section", { id: "layers" }, element("h2", {}, "Layer by layer"),
      element("p", { class: "soft small" }, "Work of a whole batch; time of one micro-batch, forward and backward. Equal blocks stand once."),
      hidden ? element("p", {}, toggle) : undefined, holder);
  };

  const basis = m => element("section", { id: "basis" }, element("h2", {}, "What it is based on"),
    element("ul", { class: "notes" },
      element("li", {}, `Each device: ${count(m.machine.flopsPerSecond)}FLOP/s, ${bytes(m.machine.memoryBytesPerSecond)}/s of memory, ${bytes(m.machine.linkBytesPerSecond)}/s to other devices, ${time(m.machine.latency)} a message, ${time(m.machine.overhead)} an operation; ${m.machine.measured ? "measured here" : "of the order of magnitude, --calibrate measures"}.`),
      element("li", {}, `Optimizer: ${m.optimizer}, ${plural(m.optimizerStates, "number")} kept for each parameter.`),
      m.notes.map(n => element("li", {}, n))));

  const paint = index => {
    const m = data.models[index];
    drawings.length = 0;
    document.title = m.model + ": " + times(m.speedUp) + " – gemini-java plan";
    document.getElementById("title").textContent = m.model;
    document.getElementById("verdict").replaceChildren(verdict(m), " ", element("span", { class: "soft" }, "Made at ", element("code", {}, m.place), "."));
    document.getElementById("models").replaceChildren(...(data.models.length < 2 ? [] : data.models.map((other, i) => {
      const button = element("button", { type: "button", "aria-pressed": String(i === index) }, other.model);
      button.addEventListener("click", () => paint(i));
      return button;
    })));
    const measured = data.measured;
    document.getElementById("main").replaceChildren(...[tiles(m), where(m), schedules(m, measured), beside(m, measured), memory(m), communication(m), layerTable(m), basis(m)].filter(Boolean));
    redraw();
  };
  if (data.models.length) paint(0);
  let waiting = 0;
  addEventListener("resize", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(redraw); });
})();
