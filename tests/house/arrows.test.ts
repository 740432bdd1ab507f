/** Holds `docs/architecture.md` and the code to each other. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const plan = readFileSync(join(root, 'docs/architecture.md'), 'utf8')

const rows = [...plan.matchAll(/^\| `([^`]+)` *\|((?: `[^`]+`,?)*) *\|$/gm)]
const mayImport = new Map(
  rows.map(([, room = '', list = '']) => [room, [...list.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)]),
)
const FOR_THE_BROWSER = ['lib/errors', 'lib/protocol', 'lib/schedules', 'lib/live', 'components', 'app']

const files = globSync('{app,components,lib,worker,bin}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !/\.test\.tsx?$|\.d\.ts$|^lib\/testing\/|\/conformance(-[a-z-]+)?\.ts$/.test(file),
)

/** The room of a path: the longest one of the plan that it lies in. */
function roomOf(path: string): string | null {
  const rooms = [...mayImport.keys(), 'lib/testing'].filter(
    (room) => path === `${room}.ts` || path.startsWith(`${room}/`),
  )
  return rooms.sort((a, b) => b.length - a.length)[0] ?? null
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b([^'"`;]*?)\bfrom\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
  )
  return [...found].map(([, clause = '', from = '', lazy = '']) => {
    const target = from || lazy
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : target
    return { from: file, to, typeOnly: /^\s*type\b/.test(clause) }
  })
}

const imports = files.flatMap(importsOf)

describe('the plan of the house', () => {
  it('has a row for every room, so that this test cannot fall asleep', () => {
    expect(mayImport.size).toBeGreaterThanOrEqual(14)
    expect(files.length).toBeGreaterThan(20)
  })

  it('every import follows an arrow', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [here, there] = [roomOf(from), roomOf(to)]
      if (here === null || there === null || here === there) return false
      return !(mayImport.get(here) ?? []).includes(there)
    })
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  it('no two files need each other', () => {
    expect(findCircles(imports.filter((each) => !each.typeOnly))).toEqual([])
  })

  it('rooms that the browser loads use no Node module', () => {
    const wrong = imports.filter(
      ({ from, to }) => FOR_THE_BROWSER.includes(roomOf(from) ?? '') && to.startsWith('node:'),
    )
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })

  it('every path it names exists', () => {
    const named = [
      ...plan.matchAll(/`((?:lib|app|bin|components|worker|tests|e2e|bench|examples|docs)\/[\w./-]*)`/g),
    ].map(([, p = '']) => p)
    const missing = named.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.ts`)))
    expect(missing).toEqual([])
  })
})

/** Circles among the imports, each as the path that leads back to its start. */
function findCircles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, (edge) => edge.from)
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const edge of next.get(file) ?? []) visit(edge.to, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return circles
}
