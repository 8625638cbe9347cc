// In place of the drawing: the same chart by Plotly, with a period to choose and organisations to switch on and off.
const { data, layout, config } = JSON.parse(document.getElementById("figure").textContent);
const find = selector => document.querySelector(selector);
// Plotly writes into the layout that it is given.
const whole = [...layout.xaxis.range];
const [still, plot] = [find(".still"), find(".plot")];
const items = [...document.querySelectorAll(".legend li")];
const asked = new URLSearchParams(location.search).get("show")?.split(",");
const shown = data.map(line => !asked || asked.includes(line.meta));

function period(months) {
  const [first, last] = whole;
  if (!months) return [first, last];
  const from = new Date(last);
  from.setUTCMonth(from.getUTCMonth() - months);
  return [from.toISOString().slice(0, 10), last];
}

function show() {
  items.forEach((item, at) => { item.querySelector("input").checked = shown[at]; });
  // As many figures of a day as the box has room for, those of the first organisations that are shown.
  const room = Math.max(3, Math.floor((plot.clientHeight - 80) / 20));
  let told = 0;
  data.forEach((line, at) => {
    line.visible = shown[at];
    const tells = shown[at] && told++ < room;
    // Where there is a template, Plotly does not look at `hoverinfo`.
    line.hoverinfo = tells ? "all" : "skip";
    line.hovertemplate = tells ? "%{y:,d}" : undefined;
  });
  find(".note").hidden = told <= room;
  find(".note").textContent = `Pointing at the chart tells the figures of the first ${room} organisations that are chosen.`;
  Plotly.redraw(plot);
}

function legend() {
  items.forEach((item, at) => {
    const [label, box] = [document.createElement("label"), document.createElement("input")];
    box.type = "checkbox";
    box.addEventListener("change", () => { shown[at] = box.checked; show(); });
    label.append(box, ...item.childNodes);
    item.append(label);
  });
  find(".choices").hidden = false;
  find(".choices").addEventListener("click", event => {
    if (event.target.dataset.all) { shown.fill(event.target.dataset.all === "true"); show(); }
  });
}

function periods() {
  const group = find(".periods");
  group.hidden = false;
  group.addEventListener("click", event => {
    const chosen = event.target.closest("button");
    if (!chosen) return;
    for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
    Plotly.relayout(plot, { "xaxis.range": period(Number(chosen.dataset.months)), "yaxis.autorange": true });
  });
}

function draw() {
  still.hidden = true;
  plot.hidden = false;
  Plotly.newPlot(plot, data, layout, config).then(() => {
    legend();
    periods();
    show();
    new ResizeObserver(() => Plotly.Plots.resize(plot).then(show)).observe(plot);
  });
}

// Plotly is large: it is fetched when a reader comes to the chart, in whatever page it stands. Until then, and without it, there is
// the drawing.
const seen = new IntersectionObserver(entries => {
  if (!entries.some(entry => entry.isIntersecting)) return;
  seen.disconnect();
  const script = document.createElement("script");
  script.src = plot.dataset.plotly;
  script.addEventListener("load", draw);
  document.head.append(script);
});
seen.observe(still);
