import { expect, it } from 'vitest'
import { findCommand } from './find-command.ts'

it.each([
  ['worker -A x', 'worker', '-A x'],
  ['-A x -b redis://h worker -l info', 'worker', '-A x -b redis://h -l info'],
  [
    '--app=x --result-backend r --workdir /d -C -q inspect ping',
    'inspect',
    '--app=x --result-backend r --workdir /d -C -q ping',
  ],
  ['-Ax status -j', 'status', '-Ax -j'],
  ['-b redis://h', null, '-b redis://h'],
  ['--port 5556 -b redis://h', null, '--port 5556 -b redis://h'],
  ['--debug true', null, '--debug true'],
  ['-A x wrker', 'wrker', '-A x'],
  ['-A x flower --port=1', 'dashboard', '-A x --port=1'],
  ['flower', 'dashboard', ''],
  ['', null, ''],
])('%j is the command %s', (line, name, rest) => {
  const argv = line === '' ? [] : line.split(' ')
  expect(findCommand(argv)).toEqual({ name, rest: rest === '' ? [] : rest.split(' ') })
})
