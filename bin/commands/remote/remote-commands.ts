/** The inspect and control commands, their arguments and their sentences (client-cli.md B4). */
import { UmbelError } from '../../../lib/errors.ts'

export type RemoteKind = 'inspect' | 'control'

type ArgumentType = 'text' | 'integer' | 'number' | 'boolean'

interface RemoteCommand {
  readonly says: string
  /** What follows the name in the list of commands. */
  readonly signature?: string
  readonly args?: readonly (readonly [name: string, type: ArgumentType])[]
  /** The name of the list that takes all further words. */
  readonly variadic?: string
}

type RemoteCommands = Readonly<Record<string, RemoteCommand>>

const INSPECT: RemoteCommands = {
  active: { says: 'Tasks that run now.' },
  active_queues: { says: 'Queues that a worker consumes.' },
  clock: { says: 'The logical clock.' },
  conf: { says: 'Settings.', signature: '[include_defaults=False]', args: [['with_defaults', 'boolean']] },
  memdump: { says: 'What memsample has seen.', signature: '[n_samples=10]', args: [['samples', 'integer']] },
  memsample: { says: 'Memory in use.' },
  objgraph: {
    says: 'A graph of objects in memory.',
    signature: '[object_type=Request] [num=200 [max_depth=10]]',
    args: [
      ['type', 'text'],
      ['num', 'integer'],
      ['max_depth', 'integer'],
    ],
  },
  ping: { says: 'Whether a worker is there.' },
  query_task: { says: 'Where tasks are, by id.', signature: '[id1 [id2 [... [idN]]]]', variadic: 'ids' },
  registered: { says: 'Names of tasks.', signature: '[attr1 [attr2 [... [attrN]]]]', variadic: 'taskinfoitems' },
  report: { says: 'Versions and settings, for bug reports.' },
  reserved: { says: 'Tasks that are taken and wait for a slot.' },
  revoked: { says: 'Ids of revoked tasks.' },
  scheduled: { says: 'Tasks that wait for their time.' },
  stats: { says: 'Numbers about a worker.' },
}

const CONTROL: RemoteCommands = {
  add_consumer: {
    says: 'Consume one more queue.',
    signature: '<queue> [exchange [type [routing_key]]]',
    args: [
      ['queue', 'text'],
      ['exchange', 'text'],
      ['exchange_type', 'text'],
      ['routing_key', 'text'],
    ],
  },
  autoscale: {
    says: 'Change the bounds of autoscaling.',
    signature: '[max [min]]',
    args: [
      ['max', 'integer'],
      ['min', 'integer'],
    ],
  },
  cancel_consumer: { says: 'Consume a queue no more.', signature: '<queue>', args: [['queue', 'text']] },
  disable_events: { says: 'Send no task events.' },
  election: { says: 'Hold an election.' },
  enable_events: { says: 'Send task events.' },
  heartbeat: { says: 'Send a heartbeat now.' },
  pool_grow: { says: 'More slots.', signature: '[N=1]', args: [['n', 'integer']] },
  pool_restart: { says: 'Restart the pool.' },
  pool_shrink: { says: 'Fewer slots.', signature: '[N=1]', args: [['n', 'integer']] },
  rate_limit: {
    says: 'Limit how many tasks of a name start in a time.',
    signature: '<task_name> <rate_limit (e.g., 5/s | 5/m | 5/h)>',
    args: [
      ['task_name', 'text'],
      ['rate_limit', 'text'],
    ],
  },
  revoke: { says: 'Skip tasks, by id.', signature: '[id1 [id2 [... [idN]]]]', variadic: 'task_id' },
  revoke_by_stamped_headers: {
    says: 'Skip tasks, by stamped header.',
    signature: '[key1=value1 [key2=value2 [... [keyN=valueN]]]]',
    variadic: 'headers',
  },
  shutdown: { says: 'End workers when their tasks have ended.' },
  terminate: {
    says: 'End running tasks, by id.',
    signature: '<signal> [id1 [id2 [... [idN]]]]',
    args: [['signal', 'text']],
    variadic: 'task_id',
  },
  time_limit: {
    says: 'Limit how long tasks of a name run.',
    signature: '<task_name> <soft_secs> [hard_secs]',
    args: [
      ['task_name', 'text'],
      ['soft', 'number'],
      ['hard', 'number'],
    ],
  },
}

const COMMANDS: Readonly<Record<RemoteKind, RemoteCommands>> = { inspect: INSPECT, control: CONTROL }

/** What a command sends for the words behind its name. Throws as Celery does for a wrong name or too many words. */
export function argumentsOf(kind: RemoteKind, name: string, words: readonly string[]): Record<string, unknown> {
  const commands = COMMANDS[kind]
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const reason = `Command ${name} not recognized. Available ${kind} commands: ${Object.keys(commands).join(', ')}`
    throw new UmbelError('command/usage', { reason })
  }
  const { args = [], variadic, signature = '' } = command
  const isTooMany = words.length > args.length && variadic === undefined && args.length > 0
  if (isTooMany) throw new UmbelError('command/usage', { reason: `Command '${name}' takes arguments: ${signature}` })
  const given = words.slice(0, args.length).map((word, i) => {
    const [key, type] = args[i] ?? ['', 'text'] // there are no more words than arguments
    return [key, readWord(word, type)]
  })
  const rest = variadic === undefined ? {} : { [variadic]: words.slice(args.length) }
  return { ...Object.fromEntries(given), ...rest }
}

/** The lines of `--list`. */
export function describeRemote(kind: RemoteKind): string {
  const title = kind === 'inspect' ? 'Inspect' : 'Control'
  const lines = Object.entries(COMMANDS[kind]).map(([name, { says, signature }]) => {
    const left = `  ${signature === undefined ? name : `${name} ${signature}`}`
    return left.length < 33 ? `${left.padEnd(34)}${says}` : `${left}\n${' '.repeat(34)}${says}`
  })
  return [`${title} Commands:`, ...lines].join('\n')
}

const TRUE = /^(yes|true|1|on|y|t)$/i
const FALSE = /^(no|false|0|off|n|f)$/i

/** A word that does not fit ends the command with 1, as it does with Celery. */
function readWord(word: string, type: ArgumentType): unknown {
  if (type === 'text') return word
  if (type === 'integer' && /^[+-]?\d+$/.test(word.trim())) return Number(word)
  if (type === 'number' && word.trim() !== '' && !Number.isNaN(Number(word))) return Number(word)
  if (type === 'boolean' && TRUE.test(word)) return true
  if (type === 'boolean' && FALSE.test(word)) return false
  throw new UmbelError('command/failed', { reason: `${SAYS[type]}: '${word}'` })
}

const SAYS: Readonly<Record<ArgumentType, string>> = {
  text: 'no text',
  integer: 'ValueError: invalid literal for int() with base 10',
  number: 'ValueError: could not convert string to float',
  boolean: 'TypeError: Cannot coerce to type bool',
}
