// The chart in a browser: `node chart.mjs SITE BASE CHART PAGE… [--shots FOLDER]`, where SITE is the folder of a built site, BASE its
// path (`/notes`), CHART the chart page's path below it, and each PAGE one that shows the chart in a frame.
//
// It looks that Plotly draws, that the period buttons and the legend work, that nothing is asked of another host, that axe finds nothing
// in the frame, that nothing is too wide at 320 px, and that without JavaScript the drawing shows. It needs playwright-core and
// axe-core where Node finds them (NODE_PATH does not work for modules: link node_modules beside this file), and Chromium.
import { chromium } from "playwright-core";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const args = process.argv.slice(2);
const at = args.indexOf("--shots");
const shots = at < 0 ? null : args.splice(at, 2)[1];
const [site, base, chart, ...pages] = args;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const types = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", csv: "text/csv", json: "application/json" };
const server = http.createServer((request, response) => {
  const asked = decodeURIComponent(new URL(request.url, "http://x").pathname).slice(base.length);
  const file = [asked, asked + ".html", asked + "/index.html"].map(name => path.join(site, name)).find(name => fs.existsSync(name) && fs.statSync(name).isFile());
  response.writeHead(file ? 200 : 404, { "content-type": types[path.extname(file ?? "").slice(1)] ?? "application/octet-stream" });
  response.end(file ? fs.readFileSync(file) : "");
});
await new Promise(ready => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
let failed = 0;
function expect(what, good, more = "") {
  console.log(`${good ? "ok    " : "FAILED"} ${what} ${good ? "" : more}`);
  failed += good ? 0 : 1;
}

for (const javaScriptEnabled of [true, false]) {
  for (const width of [1280, 375, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled });
    const page = await context.newPage();
    const [foreign, errors] = [[], []];
    page.on("console", message => { if (message.type() === "error") errors.push(message.text()); });
    page.on("pageerror", error => errors.push(String(error)));
    await page.route("**/*", route => {
      if (route.request().url().startsWith(origin)) return route.continue();
      foreign.push(route.request().url());
      return route.abort();
    });
    const name = `${width}${javaScriptEnabled ? "" : " without JavaScript"}`;
    await page.goto(`${origin}${base}/${chart}`, { waitUntil: "load" });
    expect(`chart page at ${name}: nothing is asked of other hosts`, foreign.length === 0, foreign.join(" "));
    if (javaScriptEnabled) {
      await page.waitForSelector(".plot .scatterlayer path.js-line", { timeout: 20000 });
      await page.waitForTimeout(300);
      const lines = await page.locator(".plot .scatterlayer path.js-line").count();
      expect(`chart page at ${name}: Plotly draws ${lines} lines`, lines > 1);
      expect(`chart page at ${name}: the drawing has given way`, !(await page.locator(".still").isVisible()));
      const range = () => page.evaluate(() => document.querySelector(".plot").layout.xaxis.range.map(day => String(day).slice(0, 10)));
      const all = await range();
      await page.click("button[data-months='6']");
      await page.waitForTimeout(200);
      const half = await range();
      const months = (new Date(half[1]) - new Date(half[0])) / 86400000 / 30.4;
      expect(`chart page at ${name}: 6 months are ${months.toFixed(1)}`, Math.abs(months - 6) < 0.2 && half[1] === all[1], `${all} ${half}`);
      await page.click("button[data-months='0']");
      await page.waitForTimeout(200);
      expect(`chart page at ${name}: all is all again`, String(await range()) === String(all), String(await range()));
      // As low as the frame is.
      await page.setViewportSize({ width, height: 500 });
      await page.waitForTimeout(400);
      const box = await page.locator(".plot").boundingBox();
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.4);
      await page.waitForTimeout(400);
      const told = await page.locator(".hoverlayer .legend").boundingBox();
      await page.setViewportSize({ width, height: 800 });
      const inside = told && told.y >= box.y - 1 && told.y + told.height <= box.y + box.height + 1;
      expect(`chart page at ${name}: pointing at a day tells its figures, and all of them are seen`, inside, JSON.stringify([told, box]));
      await page.click("summary");
      await page.locator(".legend input").first().uncheck();
      await page.waitForTimeout(200);
      const fewer = await page.locator(".plot .scatterlayer path.js-line").count();
      expect(`chart page at ${name}: the legend takes a line out`, fewer === lines - 1, `${fewer}`);
      await page.evaluate(axe);
      const found = await page.evaluate(async () => (await window.axe.run()).violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 120))}`));
      expect(`chart page at ${name}: axe finds nothing`, found.length === 0, found.join("\n"));
      expect(`chart page at ${name}: no error is told`, errors.length === 0, errors.join("\n"));
      const one = await page.locator(".legend li").nth(1).getAttribute("data-line");
      await page.goto(`${origin}${base}/${chart}?show=${one}`, { waitUntil: "load" });
      await page.waitForSelector(".plot .scatterlayer path.js-line", { timeout: 20000 });
      await page.waitForTimeout(200);
      const chosen = await page.locator(".plot .scatterlayer path.js-line").count();
      expect(`chart page at ${name}: the address chooses organisations`, chosen === 1, `${chosen}`);
    } else {
      expect(`chart page at ${name}: the drawing shows`, await page.locator(".still svg").isVisible());
      expect(`chart page at ${name}: no button is dead`, !(await page.locator("button").first().isVisible()));
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => width);
    expect(`chart page at ${name}: nothing is too wide`, wide <= width, `${wide}`);
    if (shots) await page.screenshot({ path: path.join(shots, `chart-${name.replaceAll(" ", "-")}.png`), fullPage: true });
    for (const shown of pages) {
      await page.goto(`${origin}${base}/${shown}`, { waitUntil: "load" });
      const frame = page.locator("iframe").first();
      await frame.scrollIntoViewIfNeeded();
      const inner = page.frameLocator("iframe").first();
      const drawn = javaScriptEnabled ? inner.locator(".plot .scatterlayer path.js-line") : inner.locator(".still svg");
      await drawn.first().waitFor({ state: "attached", timeout: 20000 }).catch(() => {});
      expect(`${shown} at ${name}: its frame shows the chart`, await drawn.first().isVisible().catch(() => false));
      if (shots) {
        await page.waitForTimeout(500);
        await page.screenshot({ path: path.join(shots, `${shown.replace(/\W+/g, "-")}-${name.replaceAll(" ", "-")}.png`), fullPage: true });
      }
    }
    await context.close();
  }
}
await browser.close();
server.close();
console.log(failed ? `${failed} failed` : "all good");
process.exitCode = failed ? 1 : 0;
