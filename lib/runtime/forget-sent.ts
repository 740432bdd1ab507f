/**
 * What was answered is let go. V8 takes an object that has become old for used until it collects the whole heap, which
 * stops a large program for hundreds of milliseconds; and with it all that it leads to. Two kinds lead on and on:
 *
 *  A Map or Set whose members come and go makes itself a new table every few changes, and each table knows the next:
 *  once one is old, all that was a member at some time is kept. What passes through a thousand times a second is in a
 *  list therefore, or in a Map that is made anew (publish.ts, open-runs.ts, under-way.ts).
 *
 *  A command of ioredis points at itself by its own methods, and at what it sent: here it forgets that.
 */
import type { Command, Redis } from 'ioredis'

const NOTHING: Command['args'] = []

export function forgetWhatWasSent(redis: Redis): void {
  const send = redis.sendCommand
  redis.sendCommand = function sendAndForget(command: Command, stream?) {
    const { resolve } = command
    command.resolve = (answer) => {
      resolve(answer)
      command.args = NOTHING
    }
    return send.call(redis, command, stream)
  }
}
