import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
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
  const { passed, broken, names } = countTests()
  for (const name of names) process.stdout.write(`failed: ${name}\n`)
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`)
  // A step that fails without a failed test (a lint error, say) still counts as one.
  process.stdout.write(`${passed} passed, ${Math.max(broken, failed.length)} failed\n`)
  return failed.length === 0 ? 0 : 1
}

/** The counts of all reports, and which tests failed: a long log is often read from its end only. */
function countTests() {
  let passed = 0
  const names = []
  for (const name of ['unit', 'integration']) {
    const report = readReport(`${RESULTS}/${name}.json`)
    passed += report?.numPassedTests ?? 0
    for (const file of report?.testResults ?? []) names.push(...failuresOfFile(file))
  }
  const browser = readReport(`${RESULTS}/e2e.json`)
  passed += (browser?.stats.expected ?? 0) + (browser?.stats.flaky ?? 0)
  for (const suite of browser?.suites ?? []) names.push(...failuresOfSuite(suite))
  writeFileSync(`${RESULTS}/counts.json`, JSON.stringify({ passed, broken: names.length }))
  return { passed, broken: names.length, names }
}

function failuresOfFile({ name, status, message, assertionResults }) {
  const path = relative(process.cwd(), name)
  const failures = assertionResults.filter((test) => test.status === 'failed')
  // A file that could not be loaded, or whose set-up failed, has no failed test.
  if (failures.length === 0 && status === 'failed') return [`${path}: ${firstLine(message)}`]
  return failures.map((test) => `${path} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`)
}

function failuresOfSuite({ file, specs = [], suites = [] }) {
  const failures = specs.filter((spec) => !spec.ok)
  return [
    ...failures.map((spec) => {
      const message = spec.tests.flatMap((test) => test.results).find((result) => result.error)?.error.message
      return `e2e/${file} > ${spec.title}: ${firstLine(message)}`
    }),
    ...suites.flatMap(failuresOfSuite),
  ]
}

function firstLine(message = '') {
  return stripVTControlCharacters(message).split('\n', 1)[0]
}

function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}
