import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { isNewEnough, pinnedNode } from './pinned-node.js'

const PINNED = new URL('./pinned-node.js', import.meta.url).href

it.each([
  ['18.20.8', false],
  ['20.20.2', false],
  ['22.17.9', false],
  ['22.18.0', true],
  ['23.0.0', true],
  ['24.21.0', true],
  ['100.0.0', true],
])('Node %s is new enough: %s', (version, answer) => {
  expect(isNewEnough(version)).toBe(answer)
})

it('brings a Node along that is', async () => {
  const { stdout } = await promisify(execFile)(pinnedNode(), ['--version'])
  expect(isNewEnough(stdout.trim().slice(1))).toBe(true)
})

it.each([
  ['process.exit(7)', { code: 7, signal: null }],
  ["process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)", { code: null, signal: 'SIGTERM' }],
])('ends as what it continues with: %s', async (script, end) => {
  const program = `import { runUnderPinnedNode } from ${JSON.stringify(PINNED)}\nrunUnderPinnedNode(['-e', ${JSON.stringify(script)}])`
  const ran = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  await expect(ran).rejects.toMatchObject(end)
})
