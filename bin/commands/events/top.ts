/** The monitor in the terminal: keys, selection and what is drawn when (client-cli.md B6). */
import type { Celery } from '../../../lib/client/celery.ts'
import type { Replies } from '../../../lib/client/control/control.ts'
import { messageOf } from '../../../lib/errors.ts'
import type { Cluster } from '../../../lib/monitor/cluster.ts'
import type { TaskRecord } from '../../../lib/monitor/records.ts'
import { EXCEPTION_STATES } from '../../../lib/protocol/states.ts'
import { pythonText } from '../remote/reply-text.ts'
import { infoLines, rowsOf, screenLines, wrapped } from './screen.ts'

export interface Terminal {
  readonly width: number
  readonly height: number
  write(text: string): void
}

export interface TopParts {
  readonly app: Celery
  readonly cluster: Cluster
  readonly terminal: Terminal
  readonly version: string
  readonly events: () => number
}

export interface Top {
  /** One key press as the terminal sends it. False: the person wants to leave. */
  press(key: string): boolean
  draw(): void
}

const DOWN = '\u001b[B'
const UP = '\u001b[A'
const ESCAPE = '\u001b'
const CTRL_C = '\u0003'
const ENTER = ['\r', '\n']
const BACKSPACE = ['\u007f', '\b']
const BELL = '\u0007'
const CLEAR = '\u001b[2J\u001b[H'

type Mode =
  | { readonly type: 'list' }
  | { readonly type: 'alert'; readonly title: string; readonly lines: readonly string[] }
  | { readonly type: 'rate'; readonly name: string; readonly typed: string }

export function createTop({ app, cluster, terminal, version, events }: TopParts): Top {
  let mode: Mode = { type: 'list' }
  let selectedId: string | null = null

  const tasks = () => {
    const all = [...cluster.tasks()].sort((a, b) => b.timestamp - a.timestamp)
    return all.slice(0, rowsOf(terminal.height))
  }
  const selected = () => (selectedId === null ? null : (cluster.task(selectedId) ?? null))

  function move(by: number): void {
    const shown = tasks()
    const at = shown.findIndex(({ uuid }) => uuid === selectedId)
    const next = at < 0 ? shown[0] : (shown[at + by] ?? shown[0])
    selectedId = next?.uuid ?? null
  }

  function alert(title: string, lines: readonly string[]): void {
    mode = { type: 'alert', title, lines }
  }

  /** What a key does to the selected task; without one, or where it makes no sense, the terminal beeps. */
  function withSelected(work: (task: TaskRecord) => boolean | undefined): void {
    const task = selected()
    if (task === null || work(task) === false) terminal.write(BELL)
  }

  function order(work: Promise<Replies>): void {
    alert('Remote Control Command Replies', ['Waiting for replies...'])
    work
      .then(
        (replies) => alert('Remote Control Command Replies', repliesText(replies)),
        (error: unknown) => alert('Remote Control Command Replies', [messageOf(error)]),
      )
      .then(draw, draw)
  }

  const KEYS: Readonly<Record<string, () => void>> = {
    j: () => move(1),
    k: () => move(-1),
    i: () =>
      withSelected((task) => {
        alert(`Task details for ${task.uuid}`, infoLines(task, terminal.width))
        return true
      }),
    t: () =>
      withSelected((task) => {
        if (!EXCEPTION_STATES.has(task.state)) return false
        alert(`Task Exception Traceback for ${task.uuid}`, wrapped(task.traceback ?? '', terminal.width))
        return true
      }),
    r: () =>
      withSelected((task) => {
        alert(`Task Result for ${task.uuid}`, wrapped(task.result ?? task.exception ?? '', terminal.width))
        return true
      }),
    c: () =>
      withSelected((task) => {
        order(app.control.revoke(task.uuid, { reply: true }))
        return true
      }),
    l: () =>
      withSelected(({ name }) => {
        if (name === null) return false
        mode = { type: 'rate', name, typed: '' }
        return true
      }),
  }

  function type(key: string, { name, typed }: Extract<Mode, { type: 'rate' }>): void {
    if (key === ESCAPE) mode = { type: 'list' }
    else if (BACKSPACE.includes(key)) mode = { type: 'rate', name, typed: typed.slice(0, -1) }
    else if (ENTER.includes(key)) {
      mode = { type: 'list' }
      if (typed.trim() !== '') order(app.control.rateLimit(name, typed.trim(), { reply: true }))
    } else if (/^[\w./]+$/.test(key)) mode = { type: 'rate', name, typed: `${typed}${key}`.slice(0, 40) }
  }

  function draw(): void {
    const { width, height } = terminal
    if (mode.type === 'alert') {
      const lines = ['', `  \u001b[1m${mode.title}\u001b[0m`, '', ...mode.lines.map((line) => `  ${line}`)]
      const body = lines.slice(0, Math.max(1, height - 1))
      terminal.write(`${CLEAR}${body.join('\r\n')}\u001b[${height};1HPress any key to continue...`)
      return
    }
    const online = [...cluster.workers()].filter((worker) => worker.online)
    const lines = screenLines({
      ...{ width, height, version, tasks: tasks(), selected: selected(), events: events() },
      taskCount: cluster.taskCount,
      workers: online.map(({ name }) => name).sort(),
      knownWorkers: [...cluster.workers()].length,
      question: mode.type === 'rate' ? `New rate limit: ${mode.typed}` : null,
    })
    terminal.write(`${CLEAR}${lines.join('\r\n')}`)
  }

  return {
    draw,
    press(key) {
      if (key === CTRL_C) return false
      if (mode.type === 'alert') mode = { type: 'list' }
      else if (mode.type === 'rate') type(key, mode)
      else if (key.toLowerCase() === 'q') return false
      else {
        const letter = key === DOWN ? 'j' : key === UP ? 'k' : ENTER.includes(key) ? 'i' : key.toLowerCase()
        if (Object.hasOwn(KEYS, letter)) KEYS[letter]?.()
      }
      draw()
      return true
    },
  }
}

function repliesText(replies: Replies): readonly string[] {
  if (replies === null || replies.length === 0) return ['No replies received in 1s deadline.']
  return replies.flatMap((reply) =>
    Object.entries(reply).map(([node, answer]) => {
      const { ok, error } = Object(answer)
      return `${node}: ${pythonText(error ?? ok ?? answer)}`
    }),
  )
}
