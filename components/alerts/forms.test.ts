import { describe, expect, it } from 'vitest'
import type { RuleView } from '../../lib/live/views.ts'
import { NEW_CHANNEL, parseChannelForm } from './channel-form.model.ts'
import { newRule, parseRuleForm, ruleForm } from './rule-form.model.ts'

const form = { ...newRule(['ops']), name: 'Queues are long' }

describe('parseRuleForm', () => {
  it('makes a queue rule, leaving the lower level to the server when it is not given', () => {
    expect(parseRuleForm({ ...form, queue: 'high*', above: '1,000' })).toEqual({
      ok: true,
      rule: {
        name: 'Queues are long',
        kind: 'queue-length',
        queue: 'high*',
        above: 1_000,
        forSeconds: 30,
        channels: ['ops'],
        enabled: true,
      },
    })
    expect(parseRuleForm({ ...form, below: '500' })).toMatchObject({ ok: true, rule: { below: 500 } })
  })

  it('makes a failure rule of percent', () => {
    expect(parseRuleForm({ ...form, kind: 'failure-rate', sharePercent: '2.5' })).toMatchObject({
      ok: true,
      rule: { task: '*', share: 0.025, windowSeconds: 300, minimum: 10 },
    })
  })

  it('makes a rule about the age of messages', () => {
    expect(parseRuleForm({ ...form, kind: 'oldest-message', queue: 'high', aboveSeconds: '90' })).toEqual({
      ok: true,
      rule: {
        ...{ name: 'Queues are long', kind: 'oldest-message', queue: 'high', aboveSeconds: 90, forSeconds: 30 },
        ...{ channels: ['ops'], enabled: true },
      },
    })
    const wrong = parseRuleForm({ ...form, kind: 'oldest-message', belowSeconds: '500' })
    expect(!wrong.ok && Object.keys(wrong.problems)).toEqual(['belowSeconds'])
  })

  it('makes a worker rule', () => {
    expect(parseRuleForm({ ...form, kind: 'worker-offline', worker: ' celery@w* ' })).toMatchObject({
      ok: true,
      rule: { worker: 'celery@w*' },
    })
  })

  it('makes the rules of schedules', () => {
    expect(parseRuleForm({ ...form, kind: 'beat-missed', entry: 'nightly-*', afterSeconds: '90' })).toEqual({
      ok: true,
      rule: {
        ...{ name: 'Queues are long', kind: 'beat-missed', entry: 'nightly-*', afterSeconds: 90 },
        ...{ channels: ['ops'], enabled: true },
      },
    })
    expect(parseRuleForm({ ...form, kind: 'beat-down' })).toMatchObject({ rule: { source: '*', forSeconds: 30 } })
    const two = parseRuleForm({ ...form, kind: 'two-beats', source: 'redis', forSeconds: '' })
    expect(two.ok && two.rule).not.toHaveProperty('forSeconds')
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ above: '' }, 'above'],
    [{ above: 'many' }, 'above'],
    [{ above: '1.5' }, 'above'],
    [{ below: '2000' }, 'below'],
    [{ queue: '' }, 'queue'],
    [{ forSeconds: '-1' }, 'forSeconds'],
    [{ kind: 'failure-rate', sharePercent: '0' }, 'sharePercent'],
    [{ kind: 'failure-rate', sharePercent: '101' }, 'sharePercent'],
    [{ kind: 'failure-rate', windowSeconds: '5' }, 'windowSeconds'],
    [{ kind: 'beat-missed', afterSeconds: '-1' }, 'afterSeconds'],
    [{ kind: 'two-beats', source: ' ' }, 'source'],
  ] as const)('%j is wrong in %s', (fields, field) => {
    const parsed = parseRuleForm({ ...form, ...fields })
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(Object.keys(parsed.problems)).toEqual([field])
  })

  it('shows a rule as it was saved', () => {
    const parsed = parseRuleForm({ ...form, kind: 'failure-rate', sharePercent: '7', below: '3' })
    if (!parsed.ok) throw new Error('expected a rule')
    const { name, kind, channels, ...settings } = parsed.rule
    const view = { name, kind, channels, settings, sentence: '', source: 'page', state: 'ok', silencedUntilMs: null }
    // The rule came from the form itself; its fields have the types of the view.
    expect(parseRuleForm(ruleForm(view as unknown as RuleView))).toEqual(parsed)
  })
})

describe('parseChannelForm', () => {
  it('makes each kind', () => {
    expect(parseChannelForm({ ...NEW_CHANNEL, name: 'ops', url: ' https://example.org/hook ' })).toEqual({
      ok: true,
      channel: { name: 'ops', kind: 'webhook', url: 'https://example.org/hook' },
    })
    const mail = {
      ...NEW_CHANNEL,
      name: 'mail',
      kind: 'email',
      smtpUrl: 'smtp://h:25',
      from: 'a@b',
      to: 'c@d, e@f',
    } as const
    expect(parseChannelForm(mail)).toEqual({
      ok: true,
      channel: { name: 'mail', kind: 'email', smtpUrl: 'smtp://h:25', from: 'a@b', to: ['c@d', 'e@f'] },
    })
  })

  it('says what is wrong with which field', () => {
    expect(parseChannelForm({ ...NEW_CHANNEL, url: 'ftp://x' })).toMatchObject({
      ok: false,
      problems: { name: 'Give the channel a name.', url: expect.stringContaining('https://') },
    })
    expect(parseChannelForm({ ...NEW_CHANNEL, name: 'm', kind: 'email', to: 'nobody' })).toMatchObject({
      problems: { to: '"nobody" is not an e-mail address.', smtpUrl: expect.any(String), from: expect.any(String) },
    })
  })
})
