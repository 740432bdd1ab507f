import { expect, test } from 'vitest'
import { bindParams, type Parameters } from './params.ts'

const params = (names: string[], required: number, over: Partial<Parameters> = {}): Parameters => ({
  functionName: 'add',
  names,
  required,
  defaults: {},
  implicit: 0,
  ...over,
})
const add = params(['x', 'y'], 2)
const withDefault = params(['x', 'y'], 1)

test.each([
  [add, [1, 2], {}, [1, 2]],
  [add, [1], { y: 2 }, [1, 2]],
  [add, [], { y: 2, x: 1 }, [1, 2]],
  [withDefault, [1], {}, [1]],
  [params(['x', 'y'], 2, { defaults: { y: 5 } }), [1], {}, [1, 5]],
  [params(['a', 'b', 'c'], 1), [1], { c: 3 }, [1, undefined, 3]],
  [add, [null, undefined], {}, [null]],
])('%j with %j and %j gives %j', (parameters, args, kwargs, bound) => {
  expect(bindParams(parameters, args, kwargs)).toEqual(bound)
})

// The texts are those that Python 3 printed for the same calls.
test.each([
  [add, [], {}, "add() missing 2 required positional arguments: 'x' and 'y'"],
  [add, [1], {}, "add() missing 1 required positional argument: 'y'"],
  [add, [1, 2, 3], {}, 'add() takes 2 positional arguments but 3 were given'],
  [withDefault, [1, 2, 3], {}, 'add() takes from 1 to 2 positional arguments but 3 were given'],
  [params([], 0), [1], {}, 'add() takes 0 positional arguments but 1 was given'],
  [params(['x'], 1), [1, 2], {}, 'add() takes 1 positional argument but 2 were given'],
  [add, [1, 2], { z: 3 }, "add() got an unexpected keyword argument 'z'"],
  [add, [1], { x: 3 }, "add() got multiple values for argument 'x'"],
  [add, [1, 2, 3], { z: 1 }, "add() got an unexpected keyword argument 'z'"],
  [params(['a', 'b', 'c'], 3), [], {}, "add() missing 3 required positional arguments: 'a', 'b', and 'c'"],
  [
    params(['x', 'y'], 1, { implicit: 1 }),
    [1, 2, 3],
    {},
    'add() takes from 2 to 3 positional arguments but 4 were given',
  ],
])('%j with %j and %j: %s', (parameters, args, kwargs, message) => {
  expect(() => bindParams(parameters, args, kwargs)).toThrow(new TypeError(message))
})
