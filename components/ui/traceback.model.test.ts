import { describe, expect, it } from 'vitest'
import { lastLine, ownFrame, parseTraceback } from './traceback.model.ts'

const TEXT = `Traceback (most recent call last):
  File "/opt/venv/lib/python3.12/site-packages/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
                 ~~~^^^^^^^^^^^^^^^^^
  File "/srv/shop/emails.py", line 88, in send
    smtp.send(mail)
  File "/usr/lib/python3.12/smtplib.py", line 12, in send
    raise TimeoutError("timed out")
TimeoutError: timed out after 10 s
`

describe('a traceback', () => {
  it('is read into frames, own code told from libraries', () => {
    const parts = parseTraceback(TEXT)
    const frames = parts.flatMap((part) => (part.kind === 'frame' ? [part.frame] : []))

    expect(frames.map((frame) => [frame.name, frame.line, frame.own])).toEqual([
      ['trace_task', 453, false],
      ['send', 88, true],
      ['send', 12, false],
    ])
    expect(frames[0]?.code).toHaveLength(2)
    expect(parts.at(-1)).toEqual({ kind: 'text', text: 'TimeoutError: timed out after 10 s' })
    expect(ownFrame(parts)?.file).toBe('/srv/shop/emails.py')
  })

  it('says last what matters first', () => {
    expect(lastLine(TEXT)).toBe('TimeoutError: timed out after 10 s')
    expect(lastLine('')).toBeNull()
  })

  it('leaves any other text as it is', () => {
    expect(parseTraceback('it broke\nbadly')).toEqual([
      { kind: 'text', text: 'it broke' },
      { kind: 'text', text: 'badly' },
    ])
  })
})
