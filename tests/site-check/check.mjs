#!/usr/bin/env node
// check.mjs DIR_OR_URL [options] : acceptance harness for a built static site.
//   --site-url URL   absolute address the site was built for; links to it are treated as internal and the
//                    directory is mounted under its path (needed for base-path correctness)
//   --out FILE       write the full JSON report        --max N        stop after N pages
//   --lighthouse A,B,C | none   paths to score (default: /, one article, one table/largest page)
//   --widths 1280,320  viewport widths (axe at the first; reflow overflow at every one)
//   --schemes light,dark  colour schemes in which axe's colour rules run again
//   --budget FILE    JSON {axe,vnu,links,external,console,overflow,weightKB,perf,a11y,bp,seo}: exit 1 when exceeded
//   --quiet          summary only
import http from 'node:http'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import zlib from 'node:zlib'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
const require = createRequire(import.meta.url)
const argv = process.argv.slice(2)
const opt = (k, d) => {
  const i = argv.indexOf('--' + k)
  return i < 0 ? d : argv[i + 1]
}
const has = (k) => argv.includes('--' + k)
const target = argv[0]
if (!target || target.startsWith('--')) {
  console.error('usage: check.mjs DIR_OR_URL [--site-url URL] [--out FILE] …')
  process.exit(2)
}
const CHROME = process.env.CHROMIUM || '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]
const widths = opt('widths', '1280,320').split(',').map(Number)
const schemes = opt('schemes', 'light').split(',')
const MAX = +opt('max', 1e9)
const MIME = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xml: 'application/xml',
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  pdf: 'application/pdf',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
}
const isDir = !/^https?:/.test(target) && fs.statSync(target).isDirectory()
const siteUrl = opt('site-url', '').replace(/\/+$/, '')
const base = siteUrl ? new URL(siteUrl).pathname.replace(/\/+$/, '') : ''
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'check-'))
// ---- static server: index.html, /foo -> /foo.html, 404.html, gzip (as GitHub Pages does)
let origin, server
const wire = new Map()
if (isDir) {
  const root = path.resolve(target)
  const isFile = (f) => {
    try {
      return fs.statSync(f).isFile()
    } catch {
      return false
    }
  }
  server = http.createServer((q, r) => {
    let p = decodeURIComponent(new URL(q.url, 'http://x').pathname)
    const send = (f, code = 200) => {
      const raw = fs.readFileSync(f)
      const ext = path.extname(f).slice(1).toLowerCase()
      const h = {
        'x-file': encodeURIComponent(path.relative(root, f)),
        'content-type': MIME[ext] || 'application/octet-stream',
        'cache-control': 'max-age=600',
      }
      let body = raw
      if (
        /^(html|css|m?js|json|svg|xml|txt|csv|ico|webmanifest)$/.test(ext) &&
        /gzip/.test(q.headers['accept-encoding'] || '') &&
        raw.length > 256
      ) {
        body = zlib.gzipSync(raw, { level: 6 })
        h['content-encoding'] = 'gzip'
        h.vary = 'accept-encoding'
      }
      wire.set(p, { raw: raw.length, wire: body.length })
      h['content-length'] = body.length
      r.writeHead(code, h)
      r.end(q.method === 'HEAD' ? undefined : body)
    }
    if (base) {
      if (p === base) {
        r.writeHead(301, { location: base + '/' })
        return r.end()
      }
      if (!p.startsWith(base + '/')) {
        r.writeHead(404)
        return r.end('outside base path')
      }
    }
    const rel = base ? p.slice(base.length) : p
    const f = path.join(root, path.normalize(rel))
    if (!f.startsWith(root)) {
      r.writeHead(403)
      return r.end()
    }
    if (rel.endsWith('/') && isFile(path.join(f, 'index.html'))) return send(path.join(f, 'index.html'))
    if (isFile(f)) return send(f)
    if (isFile(f + '.html')) return send(f + '.html')
    if (isFile(path.join(f, 'index.html'))) {
      r.writeHead(301, { location: p + '/' })
      return r.end()
    }
    if (isFile(path.join(root, '404.html'))) return send(path.join(root, '404.html'), 404)
    r.writeHead(404)
    r.end('not found')
  })
  await new Promise((s) => server.listen(0, '127.0.0.1', s))
  origin = 'http://127.0.0.1:' + server.address().port
} else origin = new URL(target).origin
const home = isDir ? origin + base + '/' : target
const local = (u) => {
  try {
    const x = new URL(u)
    if (x.origin === origin) return x.href
    if (siteUrl && (u === siteUrl || u.startsWith(siteUrl + '/') || u.startsWith(siteUrl + '#')))
      return origin + u.slice(new URL(siteUrl).origin.length) || origin + '/'
  } catch {}
  return null
}
const key = (u) => {
  const x = new URL(u)
  x.hash = ''
  return x.href
}
// ---- page list: files on disk (DIR) + everything linked
const queue = [],
  seen = new Set()
const push = (u) => {
  const k = key(u)
  if (!seen.has(k)) {
    seen.add(k)
    queue.push(k)
  }
}
push(home)
if (isDir)
  (function walk(d) {
    for (const e of fs.readdirSync(d, { withFileTypes: true })) {
      const f = path.join(d, e.name)
      if (e.isDirectory()) walk(f)
      else if (e.name.endsWith('.html')) {
        let rel = path.relative(path.resolve(target), f).split(path.sep).map(encodeURIComponent).join('/')
        rel = rel.replace(/(^|\/)index\.html$/, '$1')
        push(origin + base + '/' + rel)
      }
    }
  })(path.resolve(target))
const browser = await chromium.launchPersistentContext(path.join(tmp, 'profile'), {
  executablePath: CHROME,
  headless: true,
  args: FLAGS.slice(1),
  viewport: { width: widths[0], height: 900 },
  bypassCSP: true,
  serviceWorkers: 'block',
})
const axeSrc = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const AXE = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  resultTypes: ['violations', 'incomplete'],
}
const files = new Map(),
  alias = [],
  pages = [],
  linkRefs = new Map(),
  ids = new Map(),
  status = new Map(),
  htmlFiles = new Map()
const page = await browser.newPage()
let cur
await page.route('**/*', (rt) => {
  const u = rt.request().url()
  if (/^(data|blob|about):/.test(u)) return rt.continue()
  const l = local(u)
  if (!l) {
    {
      const k = u.replace(/[?#].*$/, '').replace(/\.(woff2?|eot|ttf|svg)$/, '')
      if (cur && !cur.external.some((e) => e.k === k)) cur.external.push({ url: u, k, type: rt.request().resourceType() })
    }
    return rt.abort('blockedbyclient')
  }
  if (key(l) !== key(u)) return rt.continue({ url: l })
  rt.continue()
})
page.on('console', (m) => {
  if (cur && m.type() === 'error' && !/ERR_BLOCKED_BY_CLIENT/.test(m.text()))
    cur.console.push(m.text().slice(0, 200) + (m.location().url ? ' @' + m.location().url.replace(origin, '') : ''))
})
page.on('pageerror', (e) => cur?.console.push('uncaught ' + String(e.message).slice(0, 200)))
page.on('response', (r) => {
  if (!cur) return
  const u = new URL(r.url())
  if (u.origin !== origin) return
  const w = wire.get(decodeURIComponent(u.pathname))
  cur.res.push({ p: u.pathname, s: r.status(), t: r.request().resourceType(), raw: w?.raw || 0, wire: w?.wire || 0 })
})
const t0 = Date.now()
while (queue.length && pages.length < MAX) {
  const url = queue.shift()
  cur = { url: url.replace(origin, ''), external: [], console: [], res: [] }
  let resp
  try {
    await page.setViewportSize({ width: widths[0], height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    resp = await page.goto(url, { waitUntil: 'load', timeout: 30000 })
  } catch (e) {
    if (!/ERR_ABORTED|Download/.test(e.message)) pages.push({ ...cur, fatal: e.message.split('\n')[0] })
    continue
  }
  if (!resp || !/text\/html/.test(resp.headers()['content-type'] || '')) continue
  status.set(url, resp.status())
  if (resp.status() >= 400) continue
  const xf = resp.headers()['x-file']
  if (xf) {
    if (files.has(xf)) {
      ids.set(url, ids.get(files.get(xf)))
      alias.push([url, files.get(xf)])
      continue
    }
    files.set(xf, url)
  }
  const fin = key(page.url())
  if (fin !== url && !seen.has(fin)) seen.add(fin)
  else if (fin !== url) continue
  const src = await resp.text().catch(() => '')
  const hf = path.join(tmp, 'h', String(pages.length).padStart(5, '0') + '.html')
  fs.mkdirSync(path.dirname(hf), { recursive: true })
  fs.writeFileSync(hf, src)
  htmlFiles.set(hf, cur)
  const d = await page.evaluate(() => {
    const A = (s, f) => [...document.querySelectorAll(s)].map(f)
    const links = []
    for (const e of document.querySelectorAll('a[href],area[href]'))
      links.push({
        k: 'a',
        raw: e.getAttribute('href'),
        href: e.href,
        text: (e.innerText || e.getAttribute('aria-label') || e.querySelector('img')?.alt || '').trim().slice(0, 60),
      })
    for (const e of document.querySelectorAll('img[src],script[src],iframe[src],source[src],video[src],audio[src],embed[src]'))
      links.push({ k: e.localName, raw: e.getAttribute('src'), href: e.src })
    for (const e of document.querySelectorAll('link[href]')) links.push({ k: 'link:' + e.rel, raw: e.getAttribute('href'), href: e.href })
    for (const e of document.querySelectorAll('img[srcset],source[srcset]'))
      for (const c of e.getAttribute('srcset').split(/,\s+/))
        links.push({ k: 'srcset', raw: c, href: new URL(c.trim().split(/\s+/)[0], document.baseURI).href })
    return {
      links,
      ids: A('[id],a[name]', (e) => e.id || e.name),
      title: document.title,
      lang: document.documentElement.lang,
      desc: document.querySelector('meta[name=description]')?.content || '',
      canonical: document.querySelector('link[rel=canonical]')?.href || '',
      h: A('h1,h2,h3,h4,h5,h6', (e) => +e.localName[1]),
      iframesNoTitle: A('iframe:not([title])', (e) => e.src).length,
      imgNoAlt: A('img:not([alt])', (e) => e.src).length,
      imgNoSize: A('img:not([width]):not([height])', (e) => e.src).length,
      dom: document.querySelectorAll('*').length,
      words: (document.querySelector('main') || document.body).innerText.split(/\s+/).length,
      vague: A('a[href]', (e) => e.innerText.trim().toLowerCase()).filter((t) =>
        /^(here|click here|read more|more|link|this|this page|learn more|find out more|continue reading)\W*$/.test(t),
      ),
    }
  })
  ids.set(fin, new Set(d.ids))
  linkRefs.set(cur, d.links)
  for (const l of d.links)
    if (l.k === 'a' || l.k === 'iframe') {
      const u = local(l.href)
      if (u && !/\.(png|jpe?g|gif|svg|webp|avif|pdf|zip|csv|xml|json|ics|txt|css|js|woff2?)$/i.test(new URL(u).pathname)) push(u)
    }
  // axe, in every same-origin frame
  const axe = { violations: [], incomplete: 0 }
  cur.axe = axe
  for (const [si, scheme] of schemes.entries()) {
    if (si) await page.emulateMedia({ colorScheme: scheme })
    for (const fr of page.frames()) {
      if (!local(fr.url())) continue
      try {
        if (!si) await fr.evaluate(axeSrc)
        const cfg = si ? { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } } : AXE
        const r = await fr.evaluate(
          (c) =>
            axe
              .run(document, { ...c, iframes: false })
              .then((r) => ({
                v: r.violations.map((v) => ({
                  id: v.id,
                  impact: v.impact,
                  wcag: v.tags.filter((t) => /^(wcag\d|best-practice)/.test(t)).join(' '),
                  n: v.nodes.length,
                  at: v.nodes.slice(0, 3).map((n) => n.target.join(' ')),
                })),
                i: r.incomplete.length,
              })),
          cfg,
        )
        for (const v of r.v)
          axe.violations.push({
            ...v,
            scheme: si ? scheme : undefined,
            frame: fr === page.mainFrame() ? undefined : fr.url().replace(origin, ''),
          })
        axe.incomplete += r.i
      } catch (e) {
        axe.error = e.message.split('\n')[0]
      }
    }
  }
  // reflow (WCAG 1.4.10) at each width
  await page.emulateMedia({ colorScheme: 'light' })
  cur.overflow = []
  for (const w of widths) {
    if (w !== widths[0]) await page.setViewportSize({ width: w, height: 900 })
    const sw = await page.evaluate(() => document.documentElement.scrollWidth)
    if (sw > w + 1) cur.overflow.push(`${w}px:${sw}px`)
  }
  const sk = []
  let prev = 0
  for (const h of d.h) {
    if (h > prev + 1) sk.push(`h${prev || '∅'}→h${h}`)
    prev = h
  }
  Object.assign(cur, {
    status: resp.status(),
    title: d.title,
    lang: d.lang,
    desc: d.desc,
    canonical: d.canonical,
    h1: d.h.filter((x) => x === 1).length,
    skips: sk,
    iframesNoTitle: d.iframesNoTitle,
    imgNoAlt: d.imgNoAlt,
    imgNoSize: d.imgNoSize,
    vague: d.vague,
    dom: d.dom,
    words: d.words,
    html: Buffer.byteLength(src),
  })
  const uniq = [...new Map(cur.res.map((r) => [r.p, r])).values()]
  cur.requests = uniq.length
  cur.raw = uniq.reduce((a, r) => a + r.raw, 0)
  cur.wire = uniq.reduce((a, r) => a + r.wire, 0)
  cur.css = uniq.filter((r) => r.t === 'stylesheet').reduce((a, r) => a + r.raw, 0)
  cur.js = uniq.filter((r) => r.t === 'script').reduce((a, r) => a + r.raw, 0)
  cur.img = uniq.filter((r) => r.t === 'image').reduce((a, r) => a + r.raw, 0)
  delete cur.res
  pages.push(cur)
}
cur = null
// ---- links, anchors, images
const head = async (u) => {
  if (status.has(u)) return status.get(u)
  let s = 0
  try {
    s = (await fetch(u, { method: 'HEAD', redirect: 'follow' })).status
  } catch {}
  status.set(u, s)
  return s
}
for (const [pg, ls] of linkRefs) {
  pg.broken = []
  pg.extLinks = 0
  const once = new Set()
  for (const l of ls) {
    if (/^(mailto|tel|javascript|data|blob|sms):/i.test(l.raw || '')) continue
    if ((l.raw || '') === '' && l.k === 'a') {
      pg.broken.push('empty href (' + l.text + ')')
      continue
    }
    const u = local(l.href)
    if (!u) {
      if (l.k === 'a') pg.extLinks++
      continue
    }
    if (once.has(l.k + u)) continue
    once.add(l.k + u)
    const s = await head(key(u))
    if (s >= 400 || s === 0) {
      pg.broken.push(`${s} ${l.k} ${u.replace(origin, '')}`)
      continue
    }
    const h = new URL(u).hash
    if (h && h !== '#top' && h.length > 1 && l.k === 'a') {
      const set = ids.get(key(u))
      if (set && !set.has(decodeURIComponent(h.slice(1)))) pg.broken.push('no anchor ' + u.replace(origin, ''))
    }
  }
}
// ---- HTML validity (Nu Html Checker)
for (const p of pages) p.vnu = { errors: 0, warnings: 0, msgs: [] }
if (htmlFiles.size) {
  const jar = path.join(path.dirname(require.resolve('vnu-jar')), 'build/dist/vnu.jar')
  const r = spawnSync('java', ['-Xss16m', '-jar', jar, '--format', 'json', '--stdout', '--exit-zero-always', ...htmlFiles.keys()], {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  })
  try {
    for (const m of JSON.parse(r.stdout).messages) {
      const pg = htmlFiles.get(new URL(m.url).pathname)
      if (!pg) continue
      const err = m.type === 'error'
      if (err) pg.vnu.errors++
      else pg.vnu.warnings++
      pg.vnu.msgs.push((err ? 'E ' : 'W ') + `${m.lastLine}: ` + m.message.slice(0, 160))
    }
  } catch (e) {
    console.error('vnu failed', (r.stderr || '').slice(0, 300))
  }
}
await browser.close()
// ---- Lighthouse
const lh = []
if (opt('lighthouse') !== 'none') {
  const lighthouse = (await import('lighthouse')).default
  const cl = await import('chrome-launcher')
  const good = pages.filter((p) => p.status === 200 && p.words > 20)
  const pick = opt('lighthouse')
    ? opt('lighthouse').split(',')
    : [
        ...new Set([
          home.replace(origin, ''),
          (
            good.filter((p) => /\/(blog|posts?)\/[^/]+\/?$/.test(p.url) && !/index/.test(p.url)).sort((a, b) => b.words - a.words)[0] ||
            good[0]
          )?.url,
          good.slice().sort((a, b) => b.wire - a.wire)[0]?.url,
        ]),
      ].filter(Boolean)
  for (const p of pick) {
    const chrome = await cl.launch({
      chromePath: CHROME,
      chromeFlags: FLAGS,
      userDataDir: fs.mkdtempSync(path.join(tmp, 'lh-')),
      ignoreDefaultFlags: false,
      logLevel: 'silent',
    })
    try {
      const r = await lighthouse(origin + p, {
        port: chrome.port,
        logLevel: 'silent',
        output: 'json',
        onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'],
      })
      const c = r.lhr.categories
      const sc = (k) => Math.round((c[k]?.score ?? 0) * 100)
      const au = r.lhr.audits
      lh.push({
        url: p,
        perf: sc('performance'),
        a11y: sc('accessibility'),
        bp: sc('best-practices'),
        seo: sc('seo'),
        fcp: Math.round(au['first-contentful-paint']?.numericValue),
        lcp: Math.round(au['largest-contentful-paint']?.numericValue),
        tbt: Math.round(au['total-blocking-time']?.numericValue),
        cls: +(au['cumulative-layout-shift']?.numericValue ?? 0).toFixed(3),
        bytes: au['total-byte-weight']?.numericValue,
        failed: Object.values(au)
          .filter((a) => a.score !== null && a.score < 0.9 && ['binary', 'numeric', 'metricSavings'].includes(a.scoreDisplayMode))
          .map((a) => a.id),
      })
    } catch (e) {
      lh.push({ url: p, error: e.message })
    } finally {
      await chrome.kill()
    }
  }
}
server?.close()
// ---- report
const sum = (f) => pages.reduce((a, p) => a + (f(p) || 0), 0)
const by = (list, f) => {
  const m = new Map()
  for (const x of list) {
    const k = f(x)
    m.set(k, (m.get(k) || 0) + 1)
  }
  return [...m].sort((a, b) => b[1] - a[1])
}
const K = (n) => (n / 1024).toFixed(0) + 'K'
if (!has('quiet'))
  for (const p of pages) {
    if (p.fatal) {
      console.log('FATAL', p.url, p.fatal)
      continue
    }
    console.log(
      `${p.url}  [${p.status}] axe ${p.axe.violations.length}/${p.axe.violations.reduce((a, v) => a + v.n, 0)}n  vnu ${p.vnu.errors}E ${p.vnu.warnings}W  broken ${p.broken.length}  external ${p.external.length}  console ${p.console.length}  overflow ${p.overflow.join(' ') || '-'}  h1 ${p.h1}${p.skips.length ? ' skip ' + p.skips.join(',') : ''}  ${p.requests} req ${K(p.raw)} raw ${K(p.wire)} wire`,
    )
    for (const v of p.axe.violations)
      console.log(`    axe ${v.id} (${v.impact}) ×${v.n} ${v.scheme || ''} ${v.frame ? 'frame ' + v.frame : ''} ${v.at[0]}`)
    for (const b of p.broken.slice(0, 5)) console.log('    broken ' + b)
    for (const c of p.console.slice(0, 3)) console.log('    console ' + c)
  }
const ttl = by(
  pages.filter((p) => !p.fatal),
  (p) => p.title,
).filter((x) => x[1] > 1)
const dsc = by(
  pages.filter((p) => !p.fatal),
  (p) => p.desc,
).filter((x) => x[1] > 1 || !x[0])
const S = {
  pages: pages.length,
  seconds: +((Date.now() - t0) / 1000).toFixed(0),
  axePagesWithViolations: pages.filter((p) => p.axe?.violations.length).length,
  axeViolations: sum((p) => p.axe?.violations.length),
  axeWcag: sum((p) => p.axe?.violations.filter((v) => /wcag/.test(v.wcag)).length),
  axeNodes: sum((p) => p.axe?.violations.reduce((a, v) => a + v.n, 0)),
  vnuErrors: sum((p) => p.vnu?.errors),
  vnuWarnings: sum((p) => p.vnu?.warnings),
  vnuCleanPages: pages.filter((p) => p.vnu && !p.vnu.errors).length,
  broken: sum((p) => p.broken?.length),
  externalRequests: sum((p) => p.external?.length),
  externalHosts: by(
    pages.flatMap((p) =>
      p.external.map((e) => {
        try {
          return new URL(e.url).host
        } catch {
          return e.url
        }
      }),
    ),
    (x) => x,
  ),
  consoleErrors: sum((p) => p.console?.length),
  overflowPages: pages.filter((p) => p.overflow?.some((o) => o.startsWith('320'))).length,
  iframesNoTitle: sum((p) => p.iframesNoTitle),
  imgNoAlt: sum((p) => p.imgNoAlt),
  imgNoSize: sum((p) => p.imgNoSize),
  headingSkipPages: pages.filter((p) => p.skips?.length).length,
  notOneH1: pages.filter((p) => p.h1 !== undefined && p.h1 !== 1).length,
  duplicateTitles: ttl.reduce((a, x) => a + x[1], 0),
  pagesNoOrDupDesc: dsc.reduce((a, x) => a + x[1], 0),
  noCanonical: pages.filter((p) => !p.canonical).length,
  noLang: pages.filter((p) => !p.fatal && !p.lang).length,
  vagueLinks: sum((p) => p.vague?.length),
  medianRawKB: Math.round(pages.map((p) => p.raw || 0).sort((a, b) => a - b)[pages.length >> 1] / 1024),
  medianWireKB: Math.round(pages.map((p) => p.wire || 0).sort((a, b) => a - b)[pages.length >> 1] / 1024),
  maxRawKB: Math.round(Math.max(...pages.map((p) => p.raw || 0)) / 1024),
}
console.log('\nSUMMARY', JSON.stringify(S, null, 1))
console.log(
  'axe rules (pages):',
  by(
    pages.flatMap((p) => [
      ...new Set((p.axe?.violations || []).map((v) => `${v.id} [${v.impact}; ${/wcag/.test(v.wcag) ? v.wcag : 'best-practice'}]`)),
    ]),
    (x) => x,
  )
    .map((x) => x.join(' ×'))
    .join('\n  '),
)
console.log(
  'vnu top:',
  by(
    pages.flatMap((p) =>
      (p.vnu?.msgs || []).map((m) =>
        m
          .replace(/^(\w) \d+: /, '$1 ')
          .replace(/“[^”]*”/g, '“…”')
          .slice(0, 110),
      ),
    ),
    (x) => x,
  )
    .slice(0, 12)
    .map((x) => '\n  ' + x[1] + ' × ' + x[0])
    .join(''),
)
console.log(
  'broken top:',
  by(
    pages.flatMap((p) => p.broken || []),
    (x) => x,
  )
    .slice(0, 10)
    .map((x) => '\n  ' + x[1] + ' × ' + x[0])
    .join(''),
)
for (const l of lh) console.log('lighthouse', JSON.stringify(l))
if (opt('out')) fs.writeFileSync(opt('out'), JSON.stringify({ target, summary: S, lighthouse: lh, pages }, null, 1))
fs.rmSync(tmp, { recursive: true, force: true })
if (opt('budget')) {
  const b = JSON.parse(fs.readFileSync(opt('budget')))
  const got = {
    axe: S.axeViolations,
    vnu: S.vnuErrors,
    links: S.broken,
    external: S.externalRequests,
    console: S.consoleErrors,
    overflow: S.overflowPages,
    weightKB: S.medianWireKB,
  }
  let bad = Object.keys(got)
    .filter((k) => k in b && got[k] > b[k])
    .map((k) => `${k} ${got[k]}>${b[k]}`)
  for (const l of lh) for (const k of ['perf', 'a11y', 'bp', 'seo']) if (k in b && l[k] < b[k]) bad.push(`${l.url} ${k} ${l[k]}<${b[k]}`)
  console.log(bad.length ? 'OVER BUDGET ' + bad.join('; ') : 'within budget')
  if (bad.length) process.exit(1)
}
process.exit(0)
