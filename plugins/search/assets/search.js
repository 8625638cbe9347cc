// Search: asks the index, part by part, for the words in the form, and shows the pages that have all of them.
// In: the search page, whose form names the index, and ?q= in the address. Nothing is loaded before somebody searches.

const MARKED = 'àáâãäåāăąçćčďèéêëēėęěìíîïīłñńňòóôõöøōőřśšșťțùúûüūůűŵẁẃẅýÿŷỳźżž'
const PLAIN = 'aaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorsssttuuuuuuuwwwwyyyyzzz'
/** Results that are shown at once. */
const STEP = 10
/** What a word in the title counts for, one that is there often, and one that is there. */
const WEIGHTS = [8, 2, 1]
/** A word that only begins with what was typed counts for less. */
const BEGINNING = 0.4
/** Characters of a page that are shown. */
const EXCERPT = 260
/** A word, with apostrophes and the like in it. */
const WORD = /[\p{Alphabetic}\p{N}'’\u00ad\u0300-\u036f]+/gu
const SILENT = /['’\u00ad\u0300-\u036f]/gu

const form = document.querySelector('[data-search-index]')
const field = form.querySelector('input[type=search]')
const [status, list, more] = ['search-status', 'search-results', 'search-more'].map(id => document.getElementById(id))
const base = new URL(form.dataset.searchIndex, location.href)
const language = document.documentElement.lang

/** A word as it is compared: the same as `folded` in src/text.rs. */
const folded = word => Array.from(word.replace(SILENT, '').toLowerCase().replace(SILENT, ''), letter => {
  const at = MARKED.indexOf(letter)
  return at < 0 ? letter : PLAIN[at]
}).join('')

/** Words of a text, each with where it stands. */
const words = text => Array.from(text.matchAll(WORD), found => ({ word: folded(found[0]), at: found.index, end: found.index + found[0].length }))
  .filter(({ word }) => word)

/** Whether a word comes before another, by code point, as the index has them. */
const before = (one, other) => {
  const [a, b] = [Array.from(one), Array.from(other)]
  const at = a.findIndex((letter, at) => letter !== b[at])
  return at < 0 ? a.length < b.length : at < b.length && a[at].codePointAt(0) < b[at].codePointAt(0)
}

const loaded = new Map()
/** A file of the index, asked for once. */
const load = name => {
  if (!loaded.has(name)) {
    const file = fetch(new URL(name, base)).then(answer => {
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
      return answer.json()
    })
    file.catch(() => loaded.delete(name))
    loaded.set(name, file)
  }
  return loaded.get(name)
}

/** What each page counts for that has a word, or one that begins with it. */
const pagesWith = async (index, asked) => {
  const names = index.words.filter(([first], at) => {
    const next = index.words[at + 1]?.[0]
    return (first.startsWith(asked) || !before(asked, first)) && (next === undefined || before(asked, next))
  })
  const files = await Promise.all(names.map(([, name]) => load(name)))
  const counts = new Map()
  for (const [word, lists] of files.flatMap(file => Object.entries(file))) {
    if (!word.startsWith(asked)) continue
    const pages = lists.reduce((sum, pages) => sum + pages.length, 0)
    const rare = Math.log(1 + index.pages / pages) * (word === asked ? 1 : BEGINNING)
    lists.forEach((list, at) => list.reduce((number, distance) => {
      const page = number + distance
      counts.set(page, Math.max(counts.get(page) ?? 0, WEIGHTS[at] * rare))
      return page
    }, 0))
  }
  return counts
}

/** Numbers of the pages that have all words, best first, newer ones first among equals. */
const find = async asked => {
  const index = await load(base.href)
  const counts = await Promise.all(asked.map(word => pagesWith(index, word)))
  const [first, ...others] = counts.sort((a, b) => a.size - b.size)
  const sum = page => counts.reduce((sum, count) => sum + count.get(page), 0)
  const pages = Array.from(first.keys()).filter(page => others.every(count => count.has(page)))
  return { index, pages: pages.map(page => [page, sum(page)]).sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([page]) => page) }
}

/** The page of this number. */
const entry = async (index, page) => {
  const group = index.first.findLastIndex(first => first <= page)
  return (await load(index.groups[group]))[page - index.first[group]]
}

const element = (name, classes, ...content) => {
  const made = document.createElement(name)
  if (classes) made.className = classes
  made.append(...content)
  return made
}

/** A text in which the words are marked. */
const marked = (text, asked) => {
  const parts = []
  let done = 0
  for (const { word, at, end } of words(text)) {
    if (!asked.some(one => word.startsWith(one))) continue
    parts.push(text.slice(done, at), element('mark', '', text.slice(at, end)))
    done = end
  }
  return [...parts, text.slice(done)]
}

/** The piece of a text in which the most of the words stand. */
const excerpt = (text, asked) => {
  const found = words(text).map(one => ({ ...one, asked: asked.findIndex(word => one.word.startsWith(word)) })).filter(one => one.asked >= 0)
  let [best, most] = [0, 0]
  for (const [at, one] of found.entries()) {
    const near = new Set(found.slice(at, at + 20).filter(other => other.at < one.at + EXCERPT * 0.7).map(other => other.asked))
    if (near.size > most) [best, most] = [one.at, near.size]
  }
  if (text.length <= EXCERPT) return text
  let from = best < 60 ? 0 : text.indexOf(' ', best - 60) + 1
  if (from > best) from = best
  const cut = text.lastIndexOf(' ', from + EXCERPT)
  const to = from + EXCERPT >= text.length ? text.length : cut > best ? cut : from + EXCERPT
  return `${from > 0 ? '… ' : ''}${text.slice(from, to)}${to < text.length ? ' …' : ''}`
}

const result = ({ t, u, d, x }, asked) => {
  const link = element('a', '', ...marked(t, asked))
  link.href = u
  const item = element('li', 'avocet-search__result', element('h2', 'nhsuk-heading-s', link))
  if (d) {
    const [year, month, day] = d.split('-').map(Number)
    const words = new Date(Date.UTC(year, month - 1, day)).toLocaleDateString(language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
    const time = element('time', '', words)
    time.dateTime = d
    item.append(element('p', 'avocet-search__date', time))
  }
  item.append(element('p', 'avocet-search__excerpt', ...marked(excerpt(x, asked), asked)))
  return item
}

let newest = 0
/** Searches for what is typed, and says how many pages there are. */
const search = async typed => {
  const run = ++newest
  const asked = [...new Set(words(typed).map(({ word }) => word))]
  list.replaceChildren()
  more.hidden = true
  document.title = `${typed ? `${typed} – ` : ''}${title}`
  if (asked.length === 0) {
    status.textContent = typed ? 'Type a word of letters or digits.' : ''
    return
  }
  try {
    status.textContent = 'Searching…'
    const { index, pages } = await find(asked)
    const show = async from => {
      const entries = await Promise.all(pages.slice(from, from + STEP).map(page => entry(index, page)))
      if (run !== newest) return
      list.append(...entries.map(one => result(one, asked)))
      const shown = Math.min(from + STEP, pages.length)
      more.hidden = shown === pages.length
      const number = pages.length === 1 ? '1 result' : `${pages.length.toLocaleString(language)} results`
      status.textContent = pages.length ? `${number} for “${typed}”${more.hidden ? '' : `, ${shown} of them shown`}` :
        `No results for “${typed}”. Check the spelling, or use fewer or other words.`
      // The button may be gone: the reader goes on at the first new result.
      if (from) list.children[from].querySelector('a').focus()
      more.onclick = () => show(shown)
    }
    await show(0)
  } catch (fault) {
    console.error(fault)
    if (run === newest) status.textContent = 'The search could not be loaded. Check your connection, and search again.'
  }
}

const title = document.title
const fromAddress = () => {
  const typed = (new URLSearchParams(location.search).get('q') ?? '').trim()
  // The header's form asks the same.
  for (const input of document.querySelectorAll('input[type=search][name=q]')) input.value = typed
  search(typed)
}

form.addEventListener('submit', event => {
  event.preventDefault()
  const typed = field.value.trim()
  const address = new URL(location.href)
  address.hash = ''
  typed ? address.searchParams.set('q', typed) : address.searchParams.delete('q')
  if (address.href !== location.href) history.pushState(null, '', address)
  search(typed)
})
addEventListener('popstate', fromAddress)
document.getElementById('search-without-script')?.remove()
form.hidden = false
fromAddress()
