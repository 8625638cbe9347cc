// The theme in a browser, over the demonstration site: keyboard, narrow screens, paper, no JavaScript.
// Run `SITE=public node --test` after `npm ci`, with Chromium at $CHROMIUM or on the path.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, withSite } from './site.js'

const SITE = process.env.SITE ?? '../../public'
const ARTICLE = '/blog/clinic-delays.html'

/** What has the focus, in a few words. */
const focused = page => page.evaluate(() => {
  const element = document.activeElement
  return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''} ${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}`
})

await withSite(SITE, '/notes', async ({ browser, home }) => {
  await test('the skip link comes first, is seen, and moves the focus to the content', async () => {
    const { page, errors } = await open(browser, home + ARTICLE)
    await page.keyboard.press('Tab')
    assert.match(await focused(page), /^a Skip to main content/)
    const box = await page.locator('.nhsuk-skip-link').boundingBox()
    assert.ok(box.x >= 0 && box.y >= 0 && box.height > 10, JSON.stringify(box))
    await page.keyboard.press('Enter')
    assert.match(await focused(page), /^main#maincontent/)
    await page.keyboard.press('Tab')
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), await focused(page))
    assert.deepEqual(errors, [])
  })

  await test('on a narrow screen the menu opens with Enter, is walked with Tab, and closes with Escape', async () => {
    const { page, errors } = await open(browser, home + ARTICLE, { viewport: { width: 375, height: 800 } })
    const toggle = page.locator('#toggle-menu')
    await toggle.focus()
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false')
    await page.keyboard.press('Enter')
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true')
    await page.keyboard.press('Tab')
    const entry = await focused(page)
    assert.match(entry, /^a /)
    assert.ok(await page.evaluate(() => document.querySelector('.nhsuk-header').contains(document.activeElement)), entry)
    await page.keyboard.press('Escape')
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false')
    assert.deepEqual(errors, [])
  })

  for (const colorScheme of ['light', 'dark']) {
    await test(`wherever Tab leads, the focus is seen (${colorScheme})`, async () => {
      const { page } = await open(browser, home + '/components.html', { colorScheme })
      let stops = 0
      for (;;) {
        await page.keyboard.press('Tab')
        const look = () => page.evaluate(() => {
          const element = document.activeElement
          if (element === document.body) return null
          // A clickable card shows the focus on its link; what scrolls shows it on a box above its content.
          const styles = [getComputedStyle(element), getComputedStyle(element, '::after')]
          const marked = styles.some(style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
            || style.boxShadow !== 'none' || style.backgroundColor === 'rgb(255, 235, 59)')
          const box = element.getBoundingClientRect()
          const hidden = box.bottom < 0 || box.top > innerHeight || box.width === 0
          return { what: element.outerHTML.slice(0, 120), marked, hidden }
        })
        let stop = await look()
        // The browser scrolls to what has the focus in its own time.
        for (let wait = 0; stop?.hidden && wait < 40; wait += 1) {
          await page.waitForTimeout(50)
          stop = await look()
        }
        if (!stop) break
        assert.ok(stop.marked && !stop.hidden, JSON.stringify(stop))
        stops += 1
        assert.ok(stops < 500, 'Tab goes round and round')
      }
      assert.ok(stops > 20, `only ${stops} stops`)
    })
  }

  await test('a table is sorted by its columns, with the keyboard, largest number first', async () => {
    const { page } = await open(browser, home + '/components.html')
    const table = page.locator('table.nhsuk-table--sortable').first()
    const cells = () => table.locator('tbody tr :nth-child(2)').allTextContents().then(texts => texts.map(text => text.trim()))
    const before = await cells()
    await table.locator('th >> nth=1').locator('button, a').focus()
    await page.keyboard.press('Enter')
    const sorted = await cells()
    assert.deepEqual(sorted, [...before].sort((a, b) => Number(b) - Number(a)))
    assert.equal(await table.locator('th >> nth=1').getAttribute('aria-sort'), 'descending')
  })

  await test('without JavaScript every link of the menu is there and nothing is wider than the screen', async () => {
    for (const width of [320, 1280]) {
      const { page, errors } = await open(browser, home + ARTICLE, { javaScriptEnabled: false, viewport: { width, height: 800 } })
      assert.ok(await page.locator('.nhsuk-header__navigation-link:visible').count() >= 5)
      const box = await page.locator('main').boundingBox()
      assert.ok(box.width <= width, `${box.width} at ${width}`)
      assert.deepEqual(errors, [])
    }
  })

  await test('at 400 % the page needs no scrolling sideways', async () => {
    for (const path of ['/', '/blog/', ARTICLE, '/components.html', '/archives.html', '/404.html']) {
      const { page } = await open(browser, home + path, { viewport: { width: 320, height: 256 } })
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, path)
    }
  })

  await test('on paper there is no menu, and links say where they lead', async () => {
    const { page } = await open(browser, home + '/blog/plain-words.html')
    await page.emulateMedia({ media: 'print' })
    for (const gone of ['.nhsuk-header__navigation', '.nhsuk-skip-link', '.nhsuk-pagination', '.avocet-related']) {
      assert.equal(await page.locator(`${gone}:visible`).count(), 0, gone)
    }
    const said = await page.evaluate(() => {
      const link = [...document.querySelectorAll('.avocet-prose a')].find(link => /^http/.test(link.getAttribute('href')))
      return link && getComputedStyle(link, '::after').content
    })
    assert.match(said ?? '', /http|attr/)
  })
})
