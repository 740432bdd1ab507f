import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { pythonPath } from '../testing/celery.ts'
import { declaredParams } from './declared-params.ts'
import { bindParams } from './params.ts'

/** A function in Python, the same as `params`, and how many of the handler's parameters have no default. */
const FUNCTIONS = {
  plain: ['a, b', ['a', 'b'], 2],
  none: ['', [], 0],
  oneDefault: ['a, b=1', ['a', 'b'], 1],
  four: ['a, b, c, d', ['a', 'b', 'c', 'd'], 4],
  rest: ['a, *rest', ['a', '*rest'], 1],
  all: ['a, b=1, *rest, **kw', ['a', 'b', '*rest', '**kw'], 1],
  named: ['a, *, k, j=2', ['a', '*', 'k', 'j'], 2],
  onlyNamed: ['*, k, j', ['*', 'k', 'j'], 2],
  mixed: ['a, b=2, *, k=1', ['a', 'b', '*', 'k'], 1],
} as const

const ARGS = [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4, 5]]
const KWARGS = [{}, { a: 1 }, { k: 1 }, { k: 1, j: 2 }, { z: 1 }, { b: 2, z: 1 }, { z: 1, a: 2 }, { rest: 1 }, { b: 3 }]

const SCRIPT = `
import json, sys
functions, args, kwargs = json.load(sys.stdin)
for name, (text, _, _) in functions.items():
    exec(f'def {name}({text}): pass')
    for a in args:
        for k in kwargs:
            try: locals()[name](*a, **k); print('ok')
            except TypeError as error: print(error)
`

test('what fits, and what is said of what does not, is as in Python', async () => {
  const child = promisify(execFile)(pythonPath(), ['-c', SCRIPT])
  child.child.stdin?.end(JSON.stringify([FUNCTIONS, ARGS, KWARGS]))
  const python = (await child).stdout.trimEnd().split('\n')

  const ours = Object.entries(FUNCTIONS).flatMap(([name, [, params, length]]) => {
    const declared = declaredParams(name, { params }, length)
    return ARGS.flatMap((args) =>
      KWARGS.map((kwargs) => {
        try {
          if (declared !== null) bindParams(declared, args, kwargs)
          return 'ok'
        } catch (error) {
          return error instanceof TypeError ? error.message : String(error)
        }
      }),
    )
  })

  expect(ours).toEqual(python)
})
