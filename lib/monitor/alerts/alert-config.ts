/** The `alerts` section of the config file: rules and channels, each fault with file and line. */
import { z } from 'zod'
import { nearestWord } from '../../errors/nearest-word.ts'
import { UmbelError } from '../../errors.ts'
import { type Channel, channelSchema } from './channel.ts'
import { type Rule, ruleSchema } from './rule.ts'

/** A part of a config file that was read elsewhere: plain data, and where each piece of it stands. */
export interface ConfigSection {
  readonly file: string
  readonly data: unknown
  /** The line (from 1) of a value of the file, by its path from the top of the file. */
  lineOf(path: readonly (string | number)[]): number
}

export interface AlertConfig {
  readonly rules: readonly Rule[]
  readonly channels: readonly Channel[]
}

const sectionSchema = z.strictObject({
  rules: z.array(ruleSchema).default([]),
  channels: z.array(channelSchema).default([]),
})

/** Throws UmbelError `config/invalid` at the first fault. `section.data` is the value under `alerts`. */
export function parseAlertConfig(section: ConfigSection | null): AlertConfig {
  if (section === null || section.data === undefined || section.data === null) return { rules: [], channels: [] }
  const parsed = sectionSchema.safeParse(section.data)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = (issue?.path ?? []) as readonly (string | number)[] // what YAML and JSON can hold
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    if (unknown !== undefined) throw invalid(section, [...path, unknown], unknownField(unknown))
    throw invalid(section, path, issue?.message ?? 'expected an alerts section')
  }
  const { rules, channels } = parsed.data
  for (const [kind, items] of [['rules', rules] as const, ['channels', channels] as const]) {
    const seen = new Set<string>()
    items.forEach((item, i) => {
      if (seen.has(item.name))
        throw invalid(
          section,
          [kind, i, 'name'],
          `expected a name that is not used twice, got ${JSON.stringify(item.name)}`,
        )
      seen.add(item.name)
    })
  }
  const known = new Set(channels.map((channel) => channel.name))
  rules.forEach((rule, i) => {
    rule.channels.forEach((channel, j) => {
      if (!known.has(channel))
        throw invalid(
          section,
          ['rules', i, 'channels', j],
          `expected the name of a channel, got ${JSON.stringify(channel)}`,
        )
    })
  })
  return { rules, channels }
}

const FIELDS = [
  ...['rules', 'channels', 'name', 'kind', 'enabled', 'queue', 'above', 'below', 'forSeconds', 'worker', 'task'],
  ...[
    'aboveSeconds',
    'belowSeconds',
    'entry',
    'afterSeconds',
    'source',
    'share',
    'belowShare',
    'windowSeconds',
    'minimum',
    'url',
    'smtpUrl',
    'from',
    'to',
  ],
]

function unknownField(name: string): string {
  const near = nearestWord(name, FIELDS)
  return `unknown field${near === null ? '' : `; did you mean ${near}?`}`
}

function invalid(section: ConfigSection, path: readonly (string | number)[], expected: string): UmbelError {
  const whole = ['alerts', ...path]
  return new UmbelError('config/invalid', {
    file: section.file,
    line: section.lineOf(whole),
    path: whole.join('.'),
    expected,
  })
}

/** A rule or channel given by a person in the page. Throws UmbelError `action/invalid` with the field. */
export function parseByPerson<S extends z.ZodType>(action: string, schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UmbelError('action/invalid', {
    action,
    field: issue?.path.join('.') || 'input',
    expected: issue?.message ?? 'a valid value',
  })
}
