// Takes the pictures of README.md: SITE=public AVOCET=target/debug/avocet node tests/browser/screenshots.js docs/screenshots
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withSite } from './site.js'

const { SITE, AVOCET } = process.env
const folder = process.argv[2]

/** WebP is a third of the size of PNG, and Playwright itself does not write it. */
async function shoot(browser, address, name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, ...options })
  const page = await context.newPage()
  await page.goto(address, { waitUntil: 'load' })
  await page.waitForTimeout(500)
  const session = await context.newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 75 })
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
  await context.close()
}

/** The preview of a site with a mistake in the post that is open. */
async function preview(look) {
  const site = join(mkdtempSync(join(tmpdir(), 'avocet-')), 'site')
  cpSync(process.cwd(), site, { recursive: true, filter: path => !/(^|\/)(target|node_modules|\.git|public|tests|docs)$/.test(path) })
  const post = join(site, 'content/blog/data/clinic-delays.md')
  writeFileSync(post, readFileSync(post, 'utf8').replace(/^date: .*$/m, 'date: 03/12/2022'))
  const server = spawn(AVOCET, ['serve', '--site', site, '--port', '0', '--format', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const home = await new Promise((resolve, reject) => {
      let printed = ''
      const read = data => {
        printed += data
        const address = printed.match(/http:\/\/127\.0\.0\.1:\d+[^\s"]*/)
        if (address) resolve(address[0])
      }
      server.stdout.on('data', read)
      server.stderr.on('data', read)
      server.on('exit', () => reject(new Error(printed)))
    })
    await look(home)
  } finally {
    server.removeAllListeners('exit')
    server.kill()
    rmSync(join(site, '..'), { recursive: true })
  }
}

mkdirSync(folder, { recursive: true })
await withSite(SITE, '/notes', async ({ browser, home }) => {
  await shoot(browser, `${home}/blog/`, 'blog')
  await shoot(browser, `${home}/blog/clinic-delays.html`, 'post-dark', { colorScheme: 'dark' })
  await preview(address => shoot(browser, address, 'preview-error'))
})
