// The statistics in a browser, over the demonstration site: the table is sorted, the chart draws and is chosen from, and both are there
// without JavaScript. theme.test.js says how to run it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, withSite } from './site.js'

const SITE = process.env.SITE ?? '../../public'
const STATISTICS = '/open-source-statistics.html'
const POST = '/blog/how-open-are-we.html'
const CHART = '/static/openhealth-stats-plotly.html'
const LINES = '.plot .scatterlayer path.js-line'
const WIDTHS = [1280, 375, 320]

const number = text => Number(text.replaceAll(',', ''))

/** The chart page, drawn. */
async function chart(browser, address, options) {
  const { page, errors } = await open(browser, address, options)
  await page.locator(LINES).first().waitFor()
  return { page, errors }
}

/** The first and the last day that the chart shows. */
const days = page => page.evaluate(() => document.querySelector('.plot').layout.xaxis.range.map(day => String(day).slice(0, 10)))

/** Waits until as many lines are drawn. */
const drawn = (page, count) => page.waitForFunction(([lines, count]) => document.querySelectorAll(lines).length === count, [LINES, count])

await withSite(SITE, '/notes', async ({ browser, home }) => {
  await test('the table is sorted by each column, by number or by letter, and says so', async () => {
    const { page, errors } = await open(browser, home + STATISTICS)
    const head = page.locator('.nhsuk-table--sortable thead th')
    assert.equal(await head.nth(1).getAttribute('aria-sort'), 'descending')
    const before = await page.locator('tbody tr').count()
    for (let at = 0; at < await head.count(); at += 1) {
      const numeric = await head.nth(at).evaluate(cell => cell.classList.contains('nhsuk-table__header--numeric'))
      const seen = new Set()
      for (let times = 0; times < 2; times += 1) {
        await head.nth(at).locator('button, a').focus()
        await page.keyboard.press('Enter')
        const direction = await head.nth(at).getAttribute('aria-sort')
        seen.add(direction)
        const cells = (await page.locator(`tbody tr > :nth-child(${at + 1})`).allTextContents()).map(cell => cell.trim())
        const sorted = cells.toSorted(numeric ? (a, b) => number(a) - number(b) : (a, b) => a.localeCompare(b))
        assert.deepEqual(cells, direction === 'descending' ? sorted.toReversed() : sorted, `column ${at + 1}, ${direction}`)
        assert.equal(await page.locator('thead [aria-sort="ascending"], thead [aria-sort="descending"]').count(), 1)
      }
      assert.deepEqual([...seen].sort(), ['ascending', 'descending'], `column ${at + 1}`)
    }
    assert.equal(await page.locator('tbody tr').count(), before)
    assert.deepEqual(errors, [])
  })

  for (const width of WIDTHS) {
    await test(`the chart draws, and its periods and its legend choose (${width} px)`, async () => {
      const { page, errors } = await chart(browser, home + CHART, { viewport: { width, height: 800 } })
      const lines = await page.locator(LINES).count()
      assert.equal(lines, await page.locator('.legend li').count())
      assert.equal(await page.locator('.still').isVisible(), false)
      const all = await days(page)
      for (const months of [6, 12]) {
        await page.locator(`button[data-months="${months}"]`).click()
        await page.waitForFunction(([all]) => !document.querySelector('.plot').layout.xaxis.range[0].startsWith(all), all)
        const [from, to] = await days(page)
        assert.equal(to, all[1])
        assert.ok(Math.abs((new Date(to) - new Date(from)) / 86_400_000 / 30.44 - months) < 0.2, `${from} to ${to}`)
        assert.equal(await page.locator('.periods [aria-pressed="true"]').getAttribute('data-months'), `${months}`)
      }
      await page.locator('button[data-months="0"]').click()
      await page.waitForFunction(([all]) => document.querySelector('.plot').layout.xaxis.range[0].startsWith(all), all)
      assert.deepEqual(await days(page), all)
      await page.locator('summary').click()
      await page.locator('.legend input').first().uncheck()
      await drawn(page, lines - 1)
      await page.getByRole('button', { name: 'Show none' }).click()
      await drawn(page, 0)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
      assert.deepEqual(errors, [])
    })

    await test(`pointing at the chart tells the figures of a day inside of its box (${width} px)`, async () => {
      // As low as the frame is.
      const { page } = await chart(browser, home + CHART, { viewport: { width, height: 500 } })
      const box = await page.locator('.plot').boundingBox()
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.4)
      const told = page.locator('.hoverlayer .legend')
      await told.waitFor()
      const { y, height } = await told.boundingBox()
      assert.ok(y >= box.y - 1 && y + height <= box.y + box.height + 1, JSON.stringify([y, height, box]))
    })
  }

  await test('the address chooses organisations', async () => {
    const { page } = await chart(browser, home + CHART)
    const one = await page.locator('.legend li').nth(1).getAttribute('data-line')
    const chosen = await chart(browser, `${home}${CHART}?show=${one}`)
    await drawn(chosen.page, 1)
  })

  for (const colorScheme of ['light', 'dark']) {
    await test(`pages show the chart in their frame, on white (${colorScheme})`, async () => {
      for (const path of [STATISTICS, POST]) {
        for (const javaScriptEnabled of [true, false]) {
          const { page, errors } = await open(browser, home + path, { colorScheme, javaScriptEnabled })
          await page.locator('iframe').first().scrollIntoViewIfNeeded()
          const frame = page.frameLocator('iframe').first()
          await frame.locator(javaScriptEnabled ? LINES : '.still svg').first().waitFor()
          assert.equal(await frame.locator('body').evaluate(body => getComputedStyle(body).backgroundColor), 'rgb(255, 255, 255)')
          assert.deepEqual(errors, [])
        }
      }
    })
  }

  await test('without JavaScript the drawing shows, no button is dead, and the table is whole', async () => {
    for (const width of WIDTHS) {
      const options = { javaScriptEnabled: false, viewport: { width, height: 800 } }
      const { page, errors } = await open(browser, home + CHART, options)
      assert.ok(await page.locator('.still svg').isVisible())
      assert.equal(await page.locator('button:visible, .plot:visible').count(), 0)
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width)
      assert.deepEqual(errors, [])
      const statistics = await open(browser, home + STATISTICS, options)
      const figures = (await statistics.page.locator('tbody tr > :nth-child(2)').allTextContents()).map(number)
      assert.ok(figures.length > 20)
      assert.deepEqual(figures, figures.toSorted((a, b) => b - a))
      assert.equal(await statistics.page.locator('thead button').count(), 0)
    }
  })
})
