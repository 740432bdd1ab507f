/** Signals as remote control names them: `KILL`, `SIGKILL` or 9, with Python's errors for others. */
import { constants } from 'node:os'
import { pythonError } from './command.ts'

export function signalNumber(signal: unknown): number {
  if (typeof signal === 'number') return signal
  if (typeof signal !== 'string' || signal === '' || signal !== signal.toUpperCase()) {
    throw pythonError('TypeError', 'signal name must be uppercase string.')
  }
  const name = signal.startsWith('SIG') ? signal : `SIG${signal}`
  const number = Object.entries(constants.signals).find(([known]) => known === name)?.[1]
  if (number === undefined)
    throw pythonError('AttributeError', `module 'signal' has no attribute '${name.slice(0, 40)}'`)
  return number
}
