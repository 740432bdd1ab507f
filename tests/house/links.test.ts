/** Pages may live below a prefix (`--url-prefix`): links, router and addresses go through components/ui, which adds it. */
import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
const files = globSync('{app,components}/**/*.{ts,tsx}', { cwd: ROOT }).filter((file) => !file.includes('.test.'))
const NEXT_LINK = /from 'next\/link'|\{[^}]*\b(useRouter|usePathname|redirect)\b[^}]*\} from 'next\/navigation'/
/** An address of ours that a browser would take as it stands. */
const BARE =
  /<(a|form|img|iframe)\b[^>]*\b(href|action|src)="\/|\bfetch\(['"`]\/|location\.(assign|replace)\(['"`]\/|location\.href = ['"`]\//

it('only two files know Next’s own links and router', () => {
  const found = files.filter((file) => NEXT_LINK.test(readFileSync(ROOT + file, 'utf8')))
  expect(found.sort()).toEqual(['components/ui/link.tsx', 'components/ui/navigation.ts'])
})

it('no page asks for an address without its prefix', () => {
  expect(files.length).toBeGreaterThan(200)
  expect(files.filter((file) => BARE.test(readFileSync(ROOT + file, 'utf8')))).toEqual([])
})
