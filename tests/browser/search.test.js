// The search in a browser, over the demonstration site: what is found, by keyboard, with a screen reader, and without JavaScript.
// Run `SITE=public node --test` after `npm ci`, with Chromium at $CHROMIUM or on the path.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { open, withSite } from './site.js'

const SITE = process.env.SITE ?? '../../public'

/** What the live region says once the search is over. */
const said = async page => {
  await page.waitForFunction(() => !['', 'Searching…'].includes(document.getElementById('search-status').textContent))
  return page.textContent('#search-status')
}
const titles = page => page.locator('#search-results h2').allTextContents()

await withSite(SITE, '/notes', async ({ browser, home }) => {
  await test('a word that stands only in the body of a post finds it, marked in an excerpt, with its date', async () => {
    const { page, errors } = await open(browser, `${home}/search.html?q=pneumatic`)
    const none = await said(page)
    assert.match(none, /^No results for “pneumatic”/)
    await page.goto(`${home}/search.html?q=percentile`)
    assert.equal(await said(page), '1 result for “percentile”')
    assert.deepEqual(await titles(page), ['How late do our clinics run?'])
    assert.equal(await page.locator('#search-results mark').first().textContent().then(text => text.toLowerCase()), 'percentile')
    assert.match(await page.textContent('#search-results time'), /^\d+ [A-Z][a-z]+ \d{4}$/)
    await page.click('#search-results a')
    assert.ok(page.url().startsWith(`${home}/blog/`), page.url())
    assert.equal(await page.textContent('h1'), 'How late do our clinics run?')
    assert.deepEqual(errors.filter(error => !error.includes('favicon')), [])
  })

  await test('from any page the header\'s form leads to the results, by keyboard alone', async () => {
    const { page, errors } = await open(browser, `${home}/blog/clinic-delays.html`)
    await page.focus('#search-field')
    await page.keyboard.type('statistics')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${home}/search.html?q=statistics`)
    assert.match(await said(page), /^\d+ results? for “statistics”/)
    assert.equal(await page.inputValue('#search-words'), 'statistics')
    const seen = []
    await page.focus('#search-words')
    for (let stop = 0; stop < 3; stop++) {
      await page.keyboard.press('Tab')
      seen.push(await page.evaluate(() => document.activeElement.closest('#search-results') ? 'result' : document.activeElement.tagName))
    }
    assert.deepEqual(seen, ['BUTTON', 'result', 'result'])
    await page.keyboard.press('Enter')
    await page.waitForURL(address => !address.pathname.endsWith('/search.html'))
    await page.goBack()
    assert.match(await said(page), /^\d+ results? for “statistics”/)
    assert.deepEqual(errors.filter(error => !error.includes('favicon')), [])
  })

  await test('the number of results is told in a polite live region, and the words stand in the address', async () => {
    const { page } = await open(browser, `${home}/search.html`)
    assert.equal(await page.getAttribute('#search-status', 'role'), 'status')
    assert.equal(await page.textContent('#search-status'), '')
    await page.getByLabel('Words to search for').fill('open data')
    await page.keyboard.press('Enter')
    const both = await said(page)
    assert.match(both, /^\d+ results? for “open data”/)
    assert.equal(new URL(page.url()).search, '?q=open+data')
    assert.match(await page.title(), /^open data – Search/)
    await page.fill('#search-words', 'zzyzx')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.getElementById('search-status').textContent.includes('zzyzx'))
    assert.match(await said(page), /^No results for “zzyzx”/)
    assert.equal(await page.locator('#search-results li').count(), 0)
    await page.goBack()
    await page.waitForFunction(both => document.getElementById('search-status').textContent === both, both)
    assert.equal(await page.inputValue('#search-words'), 'open data')
  })

  await test('more results than ten are shown when asked for, and the focus goes to the first of them', async () => {
    const { page } = await open(browser, `${home}/search.html?q=a`)
    assert.match(await said(page), /, 10 of them shown$/)
    await page.focus('#search-more')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('#search-results > li').length > 10)
    assert.ok(await page.evaluate(() => document.activeElement.closest('li') === document.querySelectorAll('#search-results > li')[10]))
  })

  await test('nothing of the index is loaded before somebody searches', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const asked = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    for (const path of ['/', '/search.html']) await page.goto(home + path, { waitUntil: 'networkidle' })
    assert.deepEqual(asked.filter(path => path.includes('/assets/search/')), [])
    await page.goto(`${home}/search.html?q=data`, { waitUntil: 'networkidle' })
    assert.ok(asked.some(path => path.endsWith('/assets/search/index.json')))
  })

  await test('without JavaScript the page says so and leads on', async () => {
    const { page } = await open(browser, `${home}/search.html`, { javaScriptEnabled: false })
    const main = page.locator('main')
    assert.match(await main.innerText(), /search needs JavaScript/)
    const links = await main.locator('a').evaluateAll(links => links.map(link => new URL(link.href).pathname))
    assert.ok(links.includes('/notes/archives.html') && links.includes('/notes/tags.html'), links.join(' '))
    assert.equal(await main.locator('form').isVisible(), false)
    const { page: alive } = await open(browser, `${home}/search.html`)
    assert.doesNotMatch(await alive.locator('main').innerText(), /JavaScript/)
    assert.ok(await alive.locator('main form').isVisible())
  })

  await test('drafts, menus and lists are not found; marks and case make no difference', async () => {
    const { page } = await open(browser, `${home}/search.html?q=autumn+programme`)
    await said(page)
    assert.ok(!(await titles(page)).includes('Our autumn programme'))
    const index = JSON.parse(await readFile(join(SITE, 'assets/search/index.json')))
    const groups = await Promise.all(index.groups.map(async name => JSON.parse(await readFile(join(SITE, 'assets/search', name)))))
    const pages = groups.flat()
    assert.equal(pages.length, index.pages)
    for (const { u, x } of pages) {
      assert.doesNotMatch(u, /\/(drafts\/|autumn-programme|minutes-may|tags|archives|404|search\.html|blog\/page\d+)/)
      assert.ok(!x.includes('Skip to main content'), u)
    }
    for (const typed of ['clinic', 'CLÍNIC', 'clini']) {
      await page.goto(`${home}/search.html?q=${encodeURIComponent(typed)}`)
      await said(page)
      assert.ok((await titles(page)).some(title => /clinic/i.test(title)), typed)
    }
  })

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 375]) {
      await test(`the results fit a screen of ${width} pixels (${colorScheme})`, async () => {
        const { page, errors } = await open(browser, `${home}/search.html?q=data`, { colorScheme, viewport: { width, height: 900 } })
        await said(page)
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
        if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `search-${colorScheme}-${width}.png`) })
        assert.deepEqual(errors.filter(error => !error.includes('favicon')), [])
      })
    }
  }
})
