/**
 * What was answered is let go. A command of ioredis points at itself by its own methods; V8 keeps such an object, once
 * it has become old, until it collects the whole heap, and with it all that it sent: some megabytes a second of a
 * program that sends much, which then pauses for hundreds of milliseconds to be rid of them.
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
