/** Lines of text over a socket or a pipe, in both directions. */
import type { Duplex } from 'node:stream'

export function onLines(stream: Duplex, listener: (line: string) => void): void {
  let rest: string[] = []
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const last = text.slice(from, end)
      from = end + 1
      if (rest.length === 0) listener(last)
      else {
        rest.push(last)
        const line = rest.join('')
        rest = []
        listener(line)
      }
    }
    if (from < text.length) rest.push(text.slice(from))
  })
}
