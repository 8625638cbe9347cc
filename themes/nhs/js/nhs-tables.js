// All of nhs.js, and tables that can be sorted by their columns or scrolled. A page has one of the two scripts.
import { Header, Scroll, SkipLink, Table, createAll } from 'nhsuk-frontend'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
for (const component of [Header, SkipLink, Scroll, Table]) createAll(component)
