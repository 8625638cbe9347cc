// What `avocet docs` opens: the manual, with its style, from the program alone. AVOCET names the command.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { launch } from './site.js'

const AVOCET = process.env.AVOCET ?? join(import.meta.dirname, '../../target/release/avocet')
const folder = await mkdtemp(join(tmpdir(), 'avocet-docs-'))
const browser = await launch()
const manual = spawn(AVOCET, ['docs', 'getting-started'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const lines = createInterface({ input: manual.stdout })[Symbol.asyncIterator]()
  const [url] = /http:\/\/\S+/.exec((await lines.next()).value)
  const page = await browser.newPage()
  const [faults, elsewhere] = [[], []]
  page.on('pageerror', fault => faults.push(fault.message))
  page.on('request', request => new URL(request.url()).host === new URL(url).host || elsewhere.push(request.url()))

  await test('the page of the topic is shown, in the style of the theme', async () => {
    await page.goto(url)
    assert.equal(await page.locator('h1').innerText(), 'Getting started')
    const width = await page.locator('main').evaluate(main => main.getBoundingClientRect().width)
    const styles = await page.evaluate(() => document.styleSheets.length)
    assert.ok(styles > 0 && width < 1280, `${styles} stylesheets, ${width} pixels wide`)
  })

  await test('a link of it leads to another page of the manual', async () => {
    await page.locator('main a[href$="errors.html"]').first().click()
    await page.getByRole('heading', { level: 1, name: 'Errors and how to fix them' }).waitFor()
  })

  await test('nothing is asked of another host, and nothing goes wrong', () => {
    assert.deepEqual([faults, elsewhere], [[], []])
  })
} finally {
  manual.kill('SIGTERM')
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}
