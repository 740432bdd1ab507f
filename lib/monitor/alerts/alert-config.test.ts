import { describe, expect, it } from 'vitest'
import { isProblem } from '../../errors.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import { parseAlertConfig } from './alert-config.ts'
import { ruleSentence } from './rule.ts'

const section = (data: unknown) => ({
  file: 'umbel.yaml',
  data,
  lineOf: (path: readonly (string | number)[]) => path.length,
})

function faultOf(data: unknown): string {
  try {
    parseAlertConfig(section(data))
  } catch (error) {
    if (isProblem(error, 'config/invalid')) return error.message
    throw error
  }
  throw new Error('The section was accepted.')
}

const long = { name: 'long', kind: 'queue-length', queue: 'high', above: 100 }

const mail = { name: 'a', kind: 'email', smtpUrl: 'smtp://x', from: 'a@b', to: 'c@d' }

describe('the alerts section of the config file', () => {
  it('fills in what is left out', () => {
    const { rules } = parseAlertConfig(section({ rules: [long] }))

    expect(rules[0]).toMatchObject({ below: 80, forSeconds: 0, channels: [], enabled: true })
    expect(rules.map(ruleSentence)).toEqual(['Queue high is longer than 100; well again at 80.'])
  })

  it.each([
    [{ rules: [{ ...long, above: 'many' }] }, /^umbel\.yaml:4: alerts\.rules\.0\.above: /],
    [
      { rules: [{ ...long, bellow: 3 }] },
      /^umbel\.yaml:4: alerts\.rules\.0\.bellow: unknown field; did you mean below\?/,
    ],
    [{ rulez: [] }, /alerts\.rulez: unknown field; did you mean rules\?/],
    [{ rules: [{ ...long, above: -1 }] }, /alerts\.rules\.0\.above/],
    [{ rules: [{ ...long, below: 200 }] }, /alerts\.rules\.0\.below: expected a number not over `above`/],
    [{ rules: [{ ...long, forSeconds: -1 }] }, /alerts\.rules\.0\.forSeconds/],
    [{ rules: [{ name: 'x', kind: 'queue-lenght' }] }, /alerts\.rules\.0\.kind/],
    [{ rules: [{ ...long, limit: 3 }] }, /alerts\.rules\.0\.limit: unknown field/],
    [{ rules: [long, long] }, /alerts\.rules\.1\.name: expected a name that is not used twice, got "long"/],
    [{ rules: [{ ...long, channels: ['ops'] }] }, /channels\.0: expected the name of a channel, got "ops"/],
    [{ channels: [{ name: 'a', kind: 'webhook', url: 'javascript:alert(1)' }] }, /channels\.0\.url: expected an http/],
    [{ channels: [{ ...mail, smtpUrl: 'http://x' }] }, /smtpUrl/],
    [{ channels: [{ ...mail, smtpUrl: 'smtp://' }] }, /smtpUrl/],
    [{ channels: [{ ...mail, smtpUrl: 'smtp://u:50%@x' }] }, /smtpUrl/],
    // The mail library would run that program.
    [{ channels: [{ ...mail, smtpUrl: 'smtp://x?sendmail=true&path=/bin/sh' }] }, /smtpUrl/],
    [{ rule: [] }, /alerts\.rule: unknown field; did you mean rules\?/],
    ['none', /alerts: /],
  ])('names the place and what was expected: %j', (data, message) => {
    expect(faultOf(data)).toMatch(message)
  })
})

describe('a glob', () => {
  it.each([
    ['*', '', true],
    ['high*', 'high_priority', true],
    ['*.mail.*', 'a.mail.b', true],
    ['h?gh', 'high', true],
    ['h?gh', 'hgh', false],
    ['a*b*c', 'a-b-b', false],
    ['**', 'x', true],
    ['', 'x', false],
  ])('%s against %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected)
  })

  it('stays fast for patterns made to be slow', () => {
    expect(matchesGlob('*a'.repeat(2_000), 'a'.repeat(1_999))).toBe(false)
  })
})
