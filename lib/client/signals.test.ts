import { expect, test } from 'vitest'
import { createSignals } from './signals.ts'

function open() {
  const errors: [string, unknown][] = []
  const signals = createSignals((name, error) => errors.push([name, error]))
  return { signals, errors }
}

test('every signal has the name that Celery gives it', () => {
  const { signals } = open()
  for (const [name, signal] of Object.entries(signals)) {
    expect(signal.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name)
  }
  expect(signals.celerydAfterSetup.name).toBe('celeryd_after_setup')
})

test('a listener hears of all senders, or of the one that it asked for', () => {
  const { signals } = open()
  const all: string[] = []
  const one: string[] = []
  signals.workerReady.connect(({ sender }) => all.push(sender))
  signals.workerReady.connect(({ sender }) => one.push(sender), { sender: { name: 'a' } })

  signals.workerReady.send({ sender: 'a' })
  signals.workerReady.send({ sender: 'b' })

  expect(all).toEqual(['a', 'b'])
  expect(one).toEqual(['a'])
})

test('connecting twice counts once, and either end can disconnect', () => {
  const { signals } = open()
  const heard: string[] = []
  const listener = ({ sender }: { readonly sender: string }) => heard.push(sender)
  const off = signals.workerInit.connect(listener)
  signals.workerInit.connect(listener)

  signals.workerInit.send({ sender: '1' })
  off()
  signals.workerInit.send({ sender: '2' })
  signals.workerInit.connect(listener, { sender: '3' })
  expect(signals.workerInit.hasListeners).toBe(true)

  expect(signals.workerInit.disconnect(listener)).toBe(true)
  expect(signals.workerInit.disconnect(listener)).toBe(false)
  expect(signals.workerInit.hasListeners).toBe(false)
  expect(heard).toEqual(['1'])
})

test('a listener that throws, at once or later, is told of and stops nobody', async () => {
  const { signals, errors } = open()
  const heard: number[] = []
  signals.beatInit.connect(() => {
    throw new Error('now')
  })
  signals.beatInit.connect(async () => {
    throw new Error('later')
  })
  signals.beatInit.connect(() => heard.push(1))

  await signals.beatInit.send({ sender: 'beat' })

  expect(heard).toEqual([1])
  expect(errors.map(([name, error]) => [name, String(error)])).toEqual([
    ['beat_init', 'Error: now'],
    ['beat_init', 'Error: later'],
  ])
})

test('a listener may disconnect itself while it is called', () => {
  const { signals } = open()
  const heard: string[] = []
  const off = signals.workerInit.connect(() => off())
  signals.workerInit.connect(() => heard.push('second'))

  expect(signals.workerInit.send({ sender: 'w' })).toBeNull()

  expect(heard).toEqual(['second'])
})
