import { describe, expect, it } from 'vitest'
import { problemOfArgs, problemOfKwargs } from './retry-form.model.ts'

describe('what a person types for Retry', () => {
  it('is taken when it is a whole Python literal of the right shape', () => {
    expect([problemOfArgs("(42, 'de')"), problemOfArgs('[]'), problemOfArgs('()')]).toEqual([null, null, null])
    expect([problemOfKwargs("{'full': True}"), problemOfKwargs('{}')]).toEqual([null, null])
  })

  it('is refused when it is cut, an object, code, or empty', () => {
    for (const text of ["('aaaa...", '(<User 1>,)', 'f(1)', '', '{}', '42']) expect(problemOfArgs(text)).not.toBeNull()
    for (const text of ["{'a': ", '[1]', '', 'None']) expect(problemOfKwargs(text)).not.toBeNull()
  })
})
