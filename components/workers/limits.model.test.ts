import { describe, expect, it } from 'vitest'
import { autoscaleProblem, limitSeconds, rateProblem, timeLimitProblem, wholeNumber } from './limits.model.ts'

describe('what is typed about a worker', () => {
  it.each([
    ['3', 3],
    [' 12 ', 12],
    ['0', 0],
    ['', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
  ])('%j is the whole number %j', (text, expected) => {
    expect(wholeNumber(text)).toBe(expected)
  })

  it.each([
    ['1', '4', null],
    ['0', '4', null],
    ['4', '4', null],
    ['5', '4', 'The least is more than the most'],
    ['x', '4', 'Enter two whole numbers, the second at least 1'],
    ['0', '0', 'Enter two whole numbers, the second at least 1'],
  ])('%s to %s slots: %j', (least, most, problem) => {
    expect(autoscaleProblem(least, most)).toBe(problem)
  })

  it.each(['10', '10/s', '100/m', '5/h', '0', '0.5/s'])('%s is a rate', (text) => {
    expect(rateProblem(text)).toBeNull()
  })

  it.each(['', 'fast', '10/d', '10 per minute', '-1/s'])('%j is no rate', (text) => {
    expect(rateProblem(text)).toContain('10/m')
  })

  it.each([
    ['', '', null],
    ['5', '', null],
    ['5', '10', null],
    ['', '0.5', null],
    ['10', '5', 'The soft limit must come before the hard one'],
    ['x', '', 'Enter seconds above 0, or nothing for no limit'],
    ['0', '', 'Enter seconds above 0, or nothing for no limit'],
  ])('limits of %j and %j seconds: %j', (soft, hard, problem) => {
    expect(timeLimitProblem(soft, hard)).toBe(problem)
  })

  it('an empty limit is none', () => {
    expect(limitSeconds(' ')).toBeNull()
  })
})
