/** memsample, memdump, objgraph: debugging aids (wire.md D3). */
import { type Command, pythonError } from './command.ts'

const samples: string[] = []
const MOST_SAMPLES = 100

export const memsample: Command = () => {
  const used = `${(process.memoryUsage().rss / 1024 / 1024).toFixed(2)}MB`
  if (samples.push(used) > MOST_SAMPLES) samples.shift()
  return used
}

/** The memsamples so far, in the words of celery.utils.debug. */
export const memdump: Command = (node, args) => {
  const before = samples.slice(-10).map((used, index) => `- mem: ${index} ${used}`)
  return `${['- rss (sample):', ...before, `- rss (end): ${String(memsample(node, args))}.`].join('\n')}\n`
}

export const objgraph: Command = () => {
  throw pythonError('ImportError', 'Requires the objgraph library')
}
