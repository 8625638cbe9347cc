// What `avocet serve` does to an open page: it changes without a reload by hand, swaps its stylesheet, keeps its place, follows a
// renamed slug, shows errors and takes them away again. AVOCET names the command.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { launch } from './site.js'

const here = import.meta.dirname
const AVOCET = process.env.AVOCET ?? join(here, '../../target/release/avocet')
const long = Array.from({ length: 80 }, (_, at) => `Paragraph ${at}.`).join('\n\n')

const folder = await mkdtemp(join(tmpdir(), 'avocet-serve-'))
const file = path => join(folder, path)
const post = (name, title, body, more = '') =>
  writeFile(file(`content/blog/${name}.md`), `---\ntitle: ${title}\ndate: 2022-06-01\n${more}---\n${body}\n`)

await cp(join(here, '../plain-theme'), file('themes/plain'), { recursive: true })
await writeFile(file('site.toml'), '[site]\ntitle = "T"\nurl = "https://example.org/notes"\ntheme = "plain"\n')
await mkdir(file('content/blog'), { recursive: true })
await post('one', 'One', long, 'slug: one\n')
await post('two', 'Two', 'The other.', 'slug: two\n')

const browser = await launch()
const server = spawn(AVOCET, ['serve', '--port', '0', '--format', 'json', '--site', folder], { stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  const { url } = JSON.parse((await lines.next()).value)
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } })
  const [page, other] = [await context.newPage(), await context.newPage()]
  const faults = []
  for (const one of [page, other]) one.on('pageerror', fault => faults.push(fault.message))
  await page.goto(`${url}blog/one.html`)
  await other.goto(`${url}blog/two.html`)
  await other.evaluate(() => { window.mark = 'not reloaded' })
  const overlay = page.locator('avocet-preview section')
  const text = (where, words) => where.getByText(words).first().waitFor()

  await test('an edited post is seen without a reload by hand, at the place where the reader was', async () => {
    await page.evaluate(() => scrollTo(0, 900))
    await post('one', 'One', long.replace('Paragraph 79', 'A new end'), 'slug: one\n')
    await text(page, 'A new end')
    await page.waitForFunction(() => Math.abs(scrollY - 900) < 2)
  })

  await test('a tab whose page has not changed is left alone', async () => {
    assert.equal(await other.evaluate(() => window.mark), 'not reloaded')
  })

  await test('a stylesheet is swapped without a reload', async () => {
    await page.evaluate(() => { window.mark = 'not reloaded' })
    await writeFile(file('themes/plain/assets/plain.css'), 'h1 { color: rgb(1, 2, 3) }')
    const swapped = () => getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'
    await page.waitForFunction(swapped)
    await other.waitForFunction(swapped)
    assert.equal(await page.evaluate(() => window.mark), 'not reloaded')
    await page.waitForFunction(() => document.querySelectorAll('link[rel=stylesheet]').length === 1)
  })

  await test('an error is shown over every page, as the terminal draws it', async () => {
    await post('one', 'One', '[x](nowhere/at-all.md)', 'slug: one\n')
    await overlay.waitFor()
    const said = await overlay.innerText()
    assert.match(said, /error\[dead-link\]: there is no page or file `nowhere\/at-all.md`/)
    assert.match(said, /content\/blog\/one.md:6:5/)
    assert.match(said, /\^+/)
    assert.match(said, /help: a link starts at/)
    await other.locator('avocet-preview section').waitFor()
  })

  await test('it can be closed and opened again with the keyboard, and is light and dark', async () => {
    const back = () => overlay.evaluate(element => getComputedStyle(element).backgroundColor)
    await page.emulateMedia({ colorScheme: 'light' })
    assert.equal(await back(), 'rgb(255, 255, 255)')
    await page.emulateMedia({ colorScheme: 'dark' })
    assert.equal(await back(), 'rgb(22, 25, 28)')
    await page.locator('avocet-preview button', { hasText: 'Close' }).focus()
    await page.keyboard.press('Escape')
    await overlay.waitFor({ state: 'hidden' })
    const open = page.locator('avocet-preview .open')
    assert.equal(await open.evaluate(element => element.getRootNode().activeElement === element), true)
    await page.keyboard.press('Enter')
    await overlay.waitFor()
  })

  await test('mended, it goes by itself', async () => {
    await post('one', 'One', 'Mended.', 'slug: one\n')
    await text(page, 'Mended.')
    await overlay.waitFor({ state: 'detached' })
    await other.locator('avocet-preview section').waitFor({ state: 'detached' })
  })

  await test('broken settings are shown, and the last good page stays behind them', async () => {
    const good = await readFile(file('site.toml'), 'utf8')
    await writeFile(file('site.toml'), '[site\n')
    await overlay.waitFor()
    assert.match(await overlay.innerText(), /site.toml:1/)
    assert.equal(await page.getByText('Mended.').first().isVisible(), true)
    await writeFile(file('site.toml'), good)
    await overlay.waitFor({ state: 'detached' })
  })

  await test('a renamed slug is followed', async () => {
    await post('one', 'One', 'Moved.', 'slug: another\n')
    await page.waitForURL(`${url}blog/another.html`)
    await text(page, 'Moved.')
  })

  await test('a page that comes into being takes the place of the 404 page', async () => {
    const third = await context.newPage()
    await third.goto(`${url}blog/three.html`)
    await post('three', 'Three', 'Here I am.', 'slug: three\n')
    await text(third, 'Here I am.')
  })

  await test('a cookie of another program on this machine does not keep the page away', async () => {
    // Cookies know no ports, and a browser sends their bytes as they are.
    await other.evaluate(() => { document.cookie = 'name=café' })
    await other.reload()
    await text(other, 'The other.')
    await other.evaluate(() => { document.cookie = 'name=; max-age=0' })
  })

  await test('a draft is marked', async () => {
    await post('draft', 'Draft', 'Not yet.', 'status: draft\nslug: draft\n')
    const third = await context.newPage()
    // The 404 page, if it is too early, goes by itself.
    await third.goto(`${url}drafts/draft.html`)
    await text(third, 'Not yet.')
    await third.locator('avocet-preview aside', { hasText: 'Draft: a build leaves this page out' }).waitFor()
    await third.locator('avocet-preview summary', { hasText: '1 draft' }).waitFor()
    // The 404 page, where somebody may look for it, has the list open.
    await third.goto(`${url}nowhere.html`)
    await third.locator('avocet-preview h3', { hasText: 'Drafts' }).waitFor()
    await third.locator('avocet-preview li a', { hasText: 'Draft' }).click()
    await text(third, 'Not yet.')
  })

  assert.deepEqual(faults, [])
} finally {
  await browser.close()
  server.kill('SIGINT')
  await rm(folder, { recursive: true, force: true })
}
