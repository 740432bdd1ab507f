import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ownTables } from './tables.ts'

const oneLine = (text: string) => text.replace(/\s+/g, ' ')

test('the docs have the SQL of our own tables for those who create them by hand', () => {
  const docs = oneLine(readFileSync(new URL('../../../docs/django.md', import.meta.url), 'utf8'))

  for (const statement of ownTables('postgresql')) expect(docs).toContain(`${oneLine(statement)};`)
  for (const statement of ownTables('mysql')) {
    const tail = ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
    expect(statement.endsWith(tail)).toBe(true)
    expect(docs).toContain(`${oneLine(statement.slice(0, -tail.length))};`)
    expect(docs).toContain(tail.trim())
  }
})
