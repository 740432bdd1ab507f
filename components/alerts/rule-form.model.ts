import type { RuleKind, RuleView } from '../../lib/live/views.ts'

/** Kinds of rules a person can make; `no-data` is built in. */
export const RULE_KINDS = [
  'queue-length',
  'oldest-message',
  'worker-offline',
  'failure-rate',
  'beat-missed',
  'beat-down',
  'two-beats',
] as const satisfies readonly RuleKind[]
export type FormKind = (typeof RULE_KINDS)[number]

/** What stands in the form's fields: text, as typed. Fields of other kinds keep what they hold while the kind changes. */
export type RuleForm = {
  readonly name: string
  readonly kind: FormKind
  readonly queue: string
  readonly above: string
  readonly below: string
  readonly aboveSeconds: string
  readonly belowSeconds: string
  readonly worker: string
  readonly task: string
  readonly sharePercent: string
  readonly windowSeconds: string
  readonly minimum: string
  readonly entry: string
  readonly afterSeconds: string
  readonly source: string
  readonly forSeconds: string
  readonly channels: readonly string[]
  readonly enabled: boolean
}

export type RuleField = Exclude<keyof RuleForm, 'kind' | 'channels' | 'enabled'>
export type RuleProblems = { readonly [F in RuleField]?: string }
export type ParsedRule =
  | { readonly ok: true; readonly rule: { readonly [field: string]: unknown } }
  | { readonly ok: false; readonly problems: RuleProblems }

export function newRule(channels: readonly string[]): RuleForm {
  return {
    name: '',
    kind: 'queue-length',
    queue: '*',
    above: '1000',
    below: '',
    aboveSeconds: '120',
    belowSeconds: '',
    worker: '*',
    task: '*',
    sharePercent: '5',
    windowSeconds: '300',
    minimum: '10',
    entry: '*',
    afterSeconds: '60',
    source: '*',
    forSeconds: '30',
    channels,
    enabled: true,
  }
}

/** The form of a rule that exists. */
export function ruleForm(view: RuleView): RuleForm {
  const { settings } = view
  const text = (field: string, otherwise: string) => (settings[field] == null ? otherwise : String(settings[field]))
  const blank = newRule(view.channels)
  const share = settings['share']
  return {
    ...blank,
    name: view.name,
    kind: RULE_KINDS.find((kind) => kind === view.kind) ?? 'queue-length',
    queue: text('queue', blank.queue),
    above: text('above', blank.above),
    below: text('below', ''),
    aboveSeconds: text('aboveSeconds', blank.aboveSeconds),
    belowSeconds: text('belowSeconds', ''),
    worker: text('worker', blank.worker),
    task: text('task', blank.task),
    sharePercent: typeof share === 'number' ? String(Number((share * 100).toFixed(3))) : blank.sharePercent,
    windowSeconds: text('windowSeconds', blank.windowSeconds),
    minimum: text('minimum', blank.minimum),
    entry: text('entry', blank.entry),
    afterSeconds: text('afterSeconds', blank.afterSeconds),
    source: text('source', blank.source),
    forSeconds: text('forSeconds', blank.forSeconds),
    enabled: settings['enabled'] !== false,
  }
}

/** These fire at once, or have a time of their own. */
const WITHOUT_FOR: ReadonlySet<FormKind> = new Set(['beat-missed', 'two-beats'])

/** The rule that the form says, or what is wrong with which field. The server has the last word (alert/bad-rule). */
export function parseRuleForm(form: RuleForm): ParsedRule {
  const problems: { [F in RuleField]?: string } = {}
  const number = (field: RuleField, least: number, most: number, whole = true) => {
    const value = parseNumber(String(form[field]))
    if (value === null || value < least || value > most || (whole && !Number.isInteger(value))) {
      problems[field] = `Enter ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}.`
      return 0
    }
    return value
  }
  const pattern = (field: RuleField) => {
    const value = String(form[field]).trim()
    if (value === '') problems[field] = 'Enter a name, or * for all.'
    return value
  }
  const name = form.name.trim()
  if (name === '') problems.name = 'Give the rule a name.'
  const common = {
    name,
    kind: form.kind,
    channels: form.channels,
    enabled: form.enabled,
    ...(!WITHOUT_FOR.has(form.kind) && { forSeconds: number('forSeconds', 0, 86_400) }),
  }
  const rule = { ...common, ...ownFields(form, number, pattern, problems) }
  return Object.keys(problems).length === 0 ? { ok: true, rule } : { ok: false, problems }
}

function ownFields(
  form: RuleForm,
  number: (field: RuleField, least: number, most: number, whole?: boolean) => number,
  pattern: (field: RuleField) => string,
  problems: { [F in RuleField]?: string },
) {
  switch (form.kind) {
    case 'queue-length': {
      const above = number('above', 0, 1_000_000_000)
      if (form.below.trim() === '') return { queue: pattern('queue'), above }
      const below = number('below', 0, 1_000_000_000)
      if (problems.above === undefined && problems.below === undefined && below > above) {
        problems.below = `Enter at most ${above}: the alert ends at or below it.`
      }
      return { queue: pattern('queue'), above, below }
    }
    case 'oldest-message': {
      const aboveSeconds = number('aboveSeconds', 1, 8_640_000, false)
      if (form.belowSeconds.trim() === '') return { queue: pattern('queue'), aboveSeconds }
      const belowSeconds = number('belowSeconds', 0, 8_640_000, false)
      if (problems.aboveSeconds === undefined && problems.belowSeconds === undefined && belowSeconds > aboveSeconds) {
        problems.belowSeconds = `Enter at most ${aboveSeconds}: the alert ends at or below it.`
      }
      return { queue: pattern('queue'), aboveSeconds, belowSeconds }
    }
    case 'worker-offline':
      return { worker: pattern('worker') }
    case 'failure-rate':
      return {
        task: pattern('task'),
        share: Number((number('sharePercent', 0.001, 100, false) / 100).toPrecision(9)),
        windowSeconds: number('windowSeconds', 10, 3_600),
        minimum: number('minimum', 1, 1_000_000),
      }
    case 'beat-missed':
      return { entry: pattern('entry'), afterSeconds: number('afterSeconds', 0, 86_400) }
    case 'beat-down':
    case 'two-beats':
      return { source: pattern('source') }
  }
}

/** "1,000" and "1 000" are numbers to people. */
function parseNumber(text: string): number | null {
  const plain = text.replaceAll(/[\s,]/g, '')
  return plain === '' || Number.isNaN(Number(plain)) ? null : Number(plain)
}
