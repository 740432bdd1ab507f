/** No package, nor any second copy of it, is older than the version in which its known holes were closed. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string
        readonly resolved?: string
        readonly optionalDependencies?: Readonly<Record<string, string>>
      }
    >
  >
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const lock = read('../../package-lock.json') as Lockfile // written by npm, lockfileVersion 3
const floors = read('./floors.json') as Readonly<Record<string, string>>

const copies = (name: string) =>
  Object.entries(lock.packages).filter(
    ([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
  )

it.each(Object.entries(floors))('%s is at least %s wherever it is installed', (name, floor) => {
  const versions = copies(name).map(([, entry]) => entry.version ?? '0')

  expect(versions.length).toBeGreaterThan(0)
  expect(versions.filter((version) => isOlder(version, floor))).toEqual([])
})

it('every package comes from a registry', () => {
  const strange = Object.entries(lock.packages).filter(([, entry]) => /^(git|http:|file:)/.test(entry.resolved ?? ''))
  expect(strange).toEqual([])
})

// npm ci refuses a lockfile without them, on whatever platform; a registry that does not know one leaves it out.
it('every optional package is locked, those of other platforms too', () => {
  const asked = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [path, name] as const),
  )
  const unlocked = asked.filter(([path, name]) => !foldersAbove(path).some((at) => lock.packages[at + name]))
  expect(asked.length).toBeGreaterThan(0)
  expect(unlocked).toEqual([])
})

/** Where Node looks for what the package at `path` asks for. */
function foldersAbove(path: string): readonly string[] {
  const parents = path.split('/node_modules/').map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'))
  return ['node_modules/', ...parents.map((parent) => `${parent}/node_modules/`)]
}

function isOlder(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]]
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0)
  return false
}
