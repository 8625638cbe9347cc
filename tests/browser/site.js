// A built site in a browser: a server on loopback that answers as hosts do, and a Chromium that reaches nothing else.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { chromium } from 'playwright-core'

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.json': 'application/json' }

/** A browser that reaches this machine and nothing else. */
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? 'chromium',
  args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
})

/** Serves `folder` at `base`, opens a browser, gives `{ browser, home }` to `look`, and ends both. */
export async function withSite(folder, base, look) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname))
    const inner = path.startsWith(base) ? path.slice(base.length) : '/404'
    for (const file of [inner, `${inner}.html`, join(inner, 'index.html')]) {
      const bytes = await readFile(join(folder, file)).catch(() => null)
      if (!bytes) continue
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      return response.end(bytes)
    }
    response.writeHead(404, { 'content-type': TYPES['.html'] })
    response.end(await readFile(join(folder, '404.html')).catch(() => 'Not found'))
  })
  await new Promise(ready => server.listen(0, '127.0.0.1', ready))
  const browser = await launch()
  try {
    await look({ browser, home: `http://127.0.0.1:${server.address().port}${base}` })
  } finally {
    await browser.close()
    server.close()
  }
}

/** A page at this address, loaded, and what went wrong in it. */
export async function open(browser, address, options) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', error => errors.push(error.message))
  page.on('requestfailed', request => errors.push(`not loaded: ${request.url()}`))
  await page.goto(address, { waitUntil: 'networkidle' })
  return { page, errors }
}
