import { describe, expect, it } from 'vitest'
import { parseEmailPattern } from './email-pattern.ts'

describe("Flower's pattern of addresses", () => {
  it.each([
    ['one@x.com', 'one@x.com', true],
    ['one@x.com', 'One@x.com', false],
    ['one@x.com', 'one@X.COM', true],
    ['one@X.com', 'one@x.com', true],
    ['one@x.com', 'one@x.com.evil.com', false],
    ['one@x.com', 'xone@x.com', false],
    ['one@x.com', 'one@xacom', false],
    ['one@x.com', 'one@x.com\n', false],
    ['one@x.com', 'one@x.com ', false],
    ['one@x.com', 'one@x.com.', false],
    ['one+tag@x.com', 'one+tag@x.com', true],
    ['one+tag@x.com', 'oneetag@x.com', false],
    ['one@x.com|two@y.com', 'two@y.com', true],
    ['one@x.com|two@y.com', 'one@x.com|two@y.com', false],
    ['one@x.com|two@y.com', 'three@y.com', false],
    ['one@x.com|', '', false],
    ['|', '', false],
    ['.*@x.com', 'one@x.com', true],
    ['.*@x.com', "o.n-e+!#$%&'*/=?^_`{|}~@x.com", true],
    ['.*@x.com', '@x.com', false],
    ['.*@x.com', 'one@x.com.evil.com', false],
    ['.*@x.com', 'one@evil.com@x.com', false],
    ['.*@x.com', 'one@sub.x.com', false],
    ['.*@x.com', 'one@xxcom', false],
    ['.*@x.com', 'one@х.com', false],
    ['.*@x.com', 'o ne@x.com', false],
    ['.*@x.com', 'öne@x.com', false],
    ['.*@x.com', 'one\u200b@x.com', false],
    ['.*@x.com', 'one@x.com\nevil', false],
    ['one.*@x.com', 'one.two@x.com', true],
    ['one.*@x.com', 'one@x.com', true],
    ['one.*@x.com', 'ane@x.com', false],
    ['one.*two@x.com', 'one-and-two@x.com', true],
    ['one.*two@x.com', 'onetw@x.com', false],
    ['a*@x.com', 'aa@x.com', false],
    ['a*@x.com', 'a*@x.com', true],
    ['(a+)+.*@x.com', `(a+)+${'a'.repeat(200)}@x.com`, true],
    ['.*@x.com', `${'a'.repeat(100_000)}@x.com`, false],
  ])('%j and %j: %s', (pattern, email, expected) => {
    expect(parseEmailPattern(pattern)?.(email)).toBe(expected)
  })

  it.each(['', ' ', '.*@.*x.com', 'one@x.com|.*@y.com', 'one@.*x.com', '.*x.com', '.*', '*', '.*@*', '**@x.com'])(
    'refuses %j',
    (pattern) => expect(parseEmailPattern(pattern)).toBeNull(),
  )
})
