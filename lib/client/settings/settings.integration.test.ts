import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { pythonPath } from '../../testing/celery.ts'
import { FOREIGN_FAMILIES } from './inert.ts'
import { createOldNames } from './old-names.ts'
import { SETTINGS } from './settings.ts'

const SCRIPT = `
import json, math
from datetime import timedelta
from celery.app.defaults import NAMESPACES, flatten, _TO_NEW_KEY
def plain(value):
    if isinstance(value, timedelta): return value.total_seconds()
    if value == math.inf: return None
    return list(value) if isinstance(value, tuple) else value
print(json.dumps([{name: plain(option.default) for name, option in flatten(NAMESPACES)}, _TO_NEW_KEY]))
`
/** Where Umbel decides otherwise. */
const OURS = new Set(['worker_pool'])

let defaults: Record<string, unknown> = {}
let oldNames: Record<string, string> = {}
const isForeign = (name: string) => FOREIGN_FAMILIES.some((family) => name.startsWith(family))

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(pythonPath(), ['-c', SCRIPT])
  ;[defaults, oldNames] = JSON.parse(stdout)
})

test('every setting of Celery is here with its default', () => {
  const expected = Object.fromEntries(Object.entries(defaults).filter(([name]) => !isForeign(name) && !OURS.has(name)))
  const rows = new Map(Object.entries(SETTINGS).map(([name, row]) => [name, row.default]))

  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, rows.get(name)]))).toEqual(expected)
})

test('every old name leads to the setting that Celery makes of it', () => {
  const ours = createOldNames(Object.keys(SETTINGS))
  const expected = Object.entries(oldNames).filter(([, name]) => !isForeign(name))

  expect(expected.map(([old]) => [old, ours.get(old)])).toEqual(expected)
})
