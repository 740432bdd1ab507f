/** What `tests/compat/bodies.py` writes, as we read it with `exactFloats`. */
import { Decimal, dateOfIso, PlainDate, PlainTime, Uuid } from '../protocol/extended-json.ts'
import { TimeDelta } from '../protocol/time-delta.ts'
import { WholeFloat } from '../protocol/whole-float.ts'

const WORDS = 'yes no null ~ 1 1.0 017 1e3 2024-01-02 = << - a:_b #_c . _ 1:30 .inf !x &a *a { [ % @ ` | >'
  .split(' ')
  .map((word) => (word === '.' ? '' : word.replaceAll('_', ' ')))

const COMMON = {
  int: 7,
  negative: -300,
  large: 2n ** 53n + 1n,
  least: -(2n ** 63n),
  float: 0.1,
  whole: new WholeFloat(1),
  tiny: 5e-324,
  huge: new WholeFloat(1e300),
  infinity: Number.POSITIVE_INFINITY,
  text: 'plain',
  quotes: 'it\'s "q" \\ \n\t\0 \x7f\x85\u2028\ufeff',
  unicode: 'äöü € 日本 😀',
  words: WORDS,
  none: null,
  true: true,
  false: false,
  empty: [[], {}, ''],
  nested: { a: [1, { b: [null, { c: [[]] }] }] },
  bytes: Uint8Array.of(255, 0, 97, 98, 99),
  list: Array.from({ length: 40 }, (_, index) => index),
  dict: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, index])),
  long: 'word '.repeat(300),
  ['__proto__']: { x: 1 },
  ['key'.repeat(400)]: 1,
}

const TIMES = {
  naive: dateOfIso('2024-01-02T03:04:05.000006'),
  utc: dateOfIso('2024-01-02T03:04:05+00:00'),
  offset: dateOfIso('2024-01-02T03:04:05.120000-05:30'),
  date: new PlainDate('2024-02-29'),
}
const KINDS = {
  decimal: new Decimal('1.10'),
  uuid: new Uuid('0'.repeat(31) + 5),
  time: new PlainTime('01:02:03.000004'),
}
const KEYS = {
  set: new Set([1, 2]),
  big: 10n ** 40n,
  keys: new Map<unknown, unknown>([
    [1, 2],
    [null, 3],
    [2.5, 4],
  ]),
}

const OF: Readonly<Record<string, object>> = {
  json: { ...COMMON, ...TIMES, ...KINDS },
  yaml: { ...COMMON, ...TIMES, ...KEYS },
  msgpack: COMMON,
  pickle: { ...COMMON, ...TIMES, ...KINDS, ...KEYS, span: new TimeDelta(-1, 5, 7) },
}

/** The largest value that a serializer has a form for. */
export function pythonValue(serializer: string): object {
  return OF[serializer] ?? {}
}

export function pythonBody(serializer: string): readonly unknown[] {
  const embed = { callbacks: null, errbacks: null, chain: null, chord: null }
  return [[pythonValue(serializer)], { kw: 1 }, embed]
}
