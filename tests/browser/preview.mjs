// Sees with a browser what `avocet serve --watch` does to an open page: it changes without a reload by hand, swaps its stylesheet, follows
// a renamed slug, keeps its place, shows errors and takes them away again.
//
//     npm ci && AVOCET=../../target/release/avocet node preview.mjs
//
// AVOCET names the command, CHROMIUM the browser. Exit 0 when all is as it should be.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const here = import.meta.dirname;
const avocet = process.env.AVOCET ?? join(here, "../../target/release/avocet");
const folder = await mkdtemp(join(tmpdir(), "avocet-preview-"));
const file = (path) => join(folder, path);
const post = (title, body, more = "") => `---\ntitle: ${title}\ndate: 2022-06-01\n${more}---\n${body}\n`;
const long = Array.from({ length: 80 }, (_, at) => `Paragraph ${at}.`).join("\n\n");

await cp(join(here, "../plain-theme"), file("themes/plain"), { recursive: true });
await writeFile(file("site.toml"), '[site]\ntitle = "T"\nurl = "https://example.org/notes"\ntheme = "plain"\n');
await mkdir(file("content/blog"), { recursive: true });
await writeFile(file("content/blog/one.md"), post("One", long, "slug: one\n"));
await writeFile(file("content/blog/two.md"), post("Two", "The other.", "slug: two\n"));

const server = spawn(avocet, ["serve", "--watch", "--port", "0", "--format", "json", "--site", folder], { stdio: ["ignore", "pipe", "inherit"] });
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
const { url } = JSON.parse((await lines.next()).value);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "chromium", args: ["--no-sandbox"] });

let passed = 0;
const step = async (name, act) => {
  await act();
  passed += 1;
  console.log(`ok: ${name}`);
};

try {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  const other = await context.newPage();
  const faults = [];
  for (const one of [page, other]) one.on("pageerror", (fault) => faults.push(fault));
  await page.goto(`${url}blog/one.html`);
  await other.goto(`${url}blog/two.html`);
  await other.evaluate(() => (window.mark = "not reloaded"));
  const overlay = page.locator("avocet-preview section");

  await step("an edited post is seen without a reload by hand, at the place where the reader was", async () => {
    await page.evaluate(() => scrollTo(0, 900));
    await writeFile(file("content/blog/one.md"), post("One", long.replace("Paragraph 79", "A new end"), "slug: one\n"));
    await page.getByText("A new end").waitFor();
    await page.waitForFunction(() => Math.abs(scrollY - 900) < 2);
  });

  await step("a tab whose page has not changed is left alone", async () => {
    assert.equal(await other.evaluate(() => window.mark), "not reloaded");
  });

  await step("a stylesheet is swapped without a reload", async () => {
    await page.evaluate(() => (window.mark = "not reloaded"));
    await writeFile(file("themes/plain/assets/plain.css"), "h1 { color: rgb(1, 2, 3) }");
    const swapped = () => getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)";
    await page.waitForFunction(swapped);
    await other.waitForFunction(swapped);
    assert.equal(await page.evaluate(() => window.mark), "not reloaded");
    await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 1);
  });

  await step("an error is shown over the page, as the terminal draws it", async () => {
    await writeFile(file("content/blog/one.md"), post("One", "[x](nope.md)", "slug: one\n"));
    await overlay.waitFor();
    const text = await overlay.innerText();
    assert.match(text, /error\[dead-link\]: there is no page or file `nope.md`/);
    assert.match(text, /content\/blog\/one.md:6:5/);
    assert.match(text, /\^+/);
    assert.match(text, /help: /);
    await other.locator("avocet-preview section").waitFor();
  });

  await step("it can be closed and opened again with the keyboard, and is light and dark", async () => {
    const back = () => overlay.evaluate((element) => getComputedStyle(element).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await back(), "rgb(255, 255, 255)");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await back(), "rgb(22, 25, 28)");
    await page.locator("avocet-preview button", { hasText: "Close" }).focus();
    await page.keyboard.press("Escape");
    await overlay.waitFor({ state: "hidden" });
    const open = page.locator("avocet-preview .open");
    assert.equal(await open.evaluate((element) => element.getRootNode().activeElement === element), true);
    await page.keyboard.press("Enter");
    await overlay.waitFor();
  });

  await step("mended, it goes by itself", async () => {
    await writeFile(file("content/blog/one.md"), post("One", "Mended.", "slug: one\n"));
    await page.getByText("Mended.").waitFor();
    await overlay.waitFor({ state: "detached" });
    await other.locator("avocet-preview section").waitFor({ state: "detached" });
  });

  await step("broken settings are shown, the last good page stays behind them", async () => {
    const good = await readFile(file("site.toml"), "utf8");
    await writeFile(file("site.toml"), "[site\n");
    await overlay.waitFor();
    assert.match(await overlay.innerText(), /site.toml:1/);
    assert.equal(await page.getByText("Mended.").isVisible(), true);
    await writeFile(file("site.toml"), good);
    await overlay.waitFor({ state: "detached" });
  });

  await step("a renamed slug is followed", async () => {
    await writeFile(file("content/blog/one.md"), post("One", "Moved.", "slug: another\n"));
    await page.waitForURL(`${url}blog/another.html`);
    await page.getByText("Moved.").waitFor();
  });

  await step("a page that comes into being takes the place of the 404 page", async () => {
    const third = await context.newPage();
    await third.goto(`${url}blog/three.html`);
    await writeFile(file("content/blog/three.md"), post("Three", "Here I am.", "slug: three\n"));
    await third.getByText("Here I am.").waitFor();
  });

  await step("a draft is marked", async () => {
    await writeFile(file("content/blog/draft.md"), post("Draft", "Not yet.", "status: draft\nslug: draft\n"));
    const third = await context.newPage();
    await third.waitForTimeout(500);
    await third.goto(`${url}drafts/draft.html`);
    await third.locator("avocet-preview aside", { hasText: "Draft: a build leaves this page out" }).waitFor();
  });

  assert.deepEqual(faults, []);
  console.log(`${passed} passed`);
} finally {
  await browser.close();
  server.kill("SIGINT");
  await rm(folder, { recursive: true, force: true });
}
