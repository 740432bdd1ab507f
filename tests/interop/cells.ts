/** The cells of the interoperability matrix (issue 4, Bars), the ten kinds of calls in each, and how each must end. */

export const SERIALIZERS = ['json', 'yaml', 'msgpack', 'pickle'] as const
export const COMPRESSIONS = [null, 'zlib', 'bzip2', 'zstd'] as const

export interface CellOf {
  readonly serializer: string
  /** Null = plain. */
  readonly compression: string | null
  readonly name: string
}

export const CELLS: readonly CellOf[] = SERIALIZERS.flatMap((serializer) =>
  COMPRESSIONS.map((compression) => ({ serializer, compression, name: `${serializer}-${compression ?? 'plain'}` })),
)

/** How a call ended for its client: the value, or class and text of the exception. */
export type CallOutcome = readonly [state: string, value: unknown]

/** The same, and how often its bodies ran. */
export type CountedOutcome = readonly [...CallOutcome, runs: number]

/** By cell, then by kind. */
export type MatrixOutcome = Readonly<Record<string, Readonly<Record<string, CallOutcome>>>>

/** What every serializer has a form for, long enough to be worth compressing. */
export const VALUE = {
  text: 'äöü € 日本 😀 \'"\\\n',
  numbers: [0, -7, 2 ** 40, 0.5, 1e-9],
  none: null,
  yes: true,
  nested: [{ a: [{ b: [] }] }, {}, ''],
  long: 'to and fro '.repeat(200),
}

export const EXPECTED: Readonly<Record<string, CountedOutcome>> = {
  success: ['SUCCESS', VALUE, 1],
  failure: ['FAILURE', ['ValueError', 'böom'], 1],
  retry: ['SUCCESS', 2, 3],
  ETA: ['SUCCESS', 'in time', 1],
  expire: ['REVOKED', ['TaskRevokedError', 'expired'], 0],
  revoke: ['REVOKED', ['TaskRevokedError', 'revoked'], 0],
  link: ['SUCCESS', 12, 2],
  chain: ['SUCCESS', 14, 3],
  group: ['SUCCESS', [0, 2, 4], 3],
  chord: ['SUCCESS', 6, 4],
}

export const KINDS = Object.keys(EXPECTED)

/**
 * PyYAML's safe_dump, which kombu writes with, has no form for Celery's own Signature: a Python client cannot send one
 * within a message in YAML. A TypeScript client can, and Python workers read it and go on with it.
 */
export const UNSENDABLE: CountedOutcome = ['not sent', 'EncodeError', 0]

export function isSendable(client: string, serializer: string, kind: string): boolean {
  return client === 'TypeScript' || serializer !== 'yaml' || !['link', 'chain', 'chord'].includes(kind)
}

/** Where each cell sends one message that nobody takes, so that its form can be looked at. */
export const WIRE_QUEUE = 'wire'

/** By what a message says of itself (wire.md B5). */
export const WIRE_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  yaml: 'application/x-yaml',
  msgpack: 'application/x-msgpack',
  pickle: 'application/x-python-serialize',
  zlib: 'application/x-gzip',
  bzip2: 'application/x-bz2',
  zstd: 'application/zstd',
}
