import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { pinnedNode } from '../pinned-node.js'
import { installPython } from './python.js'
import { run, say } from './run.js'
import { buildIfChanged } from './sources.js'
import { installSystemPackages } from './system-packages.js'

const RESULTS = 'test-results'

/** Everything `npm test` stands for. Returns the exit code; the last line counts the tests. */
export async function runTests(rest) {
  await installSystemPackages()
  await installPython()
  rmSync(RESULTS, { recursive: true, force: true })
  mkdirSync(RESULTS, { recursive: true })

  const node = pinnedNode()
  const vitest = (project) => [
    'node_modules/vitest/vitest.mjs',
    ...[
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${RESULTS}/${project}.json`,
    ],
  ]
  const steps = [
    ['format and lint', 'node_modules/.bin/biome', ['check', '.']],
    ['types', 'node_modules/.bin/tsc', ['--noEmit']],
    ['unit tests', node, vitest('unit')],
    ['build', null, null],
    ['integration tests', node, vitest('integration')],
    ['browser tests', node, ['node_modules/@playwright/test/cli.js', 'test', ...rest]],
  ]
  const failed = []
  for (const [name, command, args] of steps) {
    say(name)
    const code = command === null ? await buildIfChanged().then(() => 0) : await run(command, args)
    if (code !== 0) failed.push(name)
  }
  const { passed, broken } = countTests()
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`)
  // A step that fails without a failed test (a lint error, say) still counts as one.
  process.stdout.write(`${passed} passed, ${Math.max(broken, failed.length)} failed\n`)
  return failed.length === 0 ? 0 : 1
}

function countTests() {
  let passed = 0
  let broken = 0
  for (const name of ['unit', 'integration']) {
    const report = readReport(`${RESULTS}/${name}.json`)
    passed += report?.numPassedTests ?? 0
    broken += report?.numFailedTests ?? 0
  }
  const stats = readReport(`${RESULTS}/e2e.json`)?.stats
  passed += (stats?.expected ?? 0) + (stats?.flaky ?? 0)
  broken += stats?.unexpected ?? 0
  writeFileSync(`${RESULTS}/counts.json`, JSON.stringify({ passed, broken }))
  return { passed, broken }
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}
