// What the header needs: a menu for the entries that do not fit in one line, and a skip link that moves the focus.
import { Header, SkipLink, createAll } from 'nhsuk-frontend'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
for (const component of [Header, SkipLink]) createAll(component)
