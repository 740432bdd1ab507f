/** Real workers in processes of their own, one of which can be killed at any time; another takes its place. */
import { setTimeout as wait } from 'node:timers/promises'
import { type RunningCli, startCli } from '../../lib/testing/umbel-cli.ts'

const TASKS = new URL('./tasks.ts', import.meta.url).pathname
/** What it had sent is with the broker by then. */
const STILL_MS = 50

export interface Place {
  readonly pool: 'async' | 'processes'
  readonly concurrency: number
}

export interface FleetOptions {
  readonly broker: string
  readonly ledger: string
  readonly places: readonly Place[]
  /** More words for each worker. */
  readonly words?: readonly string[]
}

export interface Fleet {
  readonly kills: number
  /** Resolves when all of them consume. */
  ready(): Promise<void>
  /**
   * SIGKILL of the worker in this place; the next one is started at once. `look` is called before, while it stands
   * still, with the name under which it starts tasks.
   */
  kill(place: number, look: (worker: string) => Promise<void>): Promise<void>
  /** What all of them have written. */
  output(): string
  stop(): Promise<void>
}

interface Member {
  readonly name: string
  readonly cli: RunningCli
}

export function startFleet({ broker, ledger, places, words = [] }: FleetOptions): Fleet {
  let [started, kills] = [0, 0]
  const all: RunningCli[] = []

  function start({ pool, concurrency }: Place): Member {
    const name = `w${++started}`
    const options = ['-P', pool, '-c', String(concurrency), '-n', `${name}@chaos`, ...words]
    const env = { CHAOS_BROKER: broker, CHAOS_LEDGER: ledger, CHAOS_WORKER: name }
    const cli = startCli(['worker', '-A', TASKS, '-l', 'info', ...options], { env })
    all.push(cli)
    return { name, cli }
  }

  const members = places.map(start)

  return {
    async ready() {
      await Promise.all(members.map(({ cli }) => cli.says('ready.')))
    },
    get kills() {
      return kills
    },
    async kill(place, look) {
      const [member, kind] = [members[place], places[place]]
      if (member === undefined || kind === undefined) return
      const { name, cli } = member
      cli.child.kill('SIGSTOP')
      await wait(STILL_MS)
      await look(name)
      cli.child.kill('SIGKILL')
      await cli.ended
      kills++
      members[place] = start(kind)
    },
    output: () => all.map((cli) => cli.out() + cli.err()).join(''),
    async stop() {
      for (const { cli } of members) cli.child.kill('SIGTERM')
      await Promise.all(members.map(({ cli }) => cli.ended))
    },
  }
}
