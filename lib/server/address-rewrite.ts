/**
 * The build of the pages knows no prefix: it asks for its files below `/_next/`. Where there is a prefix, answers that
 * name such files are rewritten on their way out. Data of the cluster never passes here, it comes over the socket.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, createGzip, type Gzip } from 'node:zlib'

/** The one script that loads all others, by a path that the build put into it. */
export function namesFiles(path: string): boolean {
  return path.startsWith('/_next/static/chunks/turbopack-')
}

/** What the pages ask for by an absolute path, and the sign before it in HTML, in JSON within it, and in headers. */
const OURS = /(["'<])\/(_next\/|icon\.)/g
/** Longest piece that must not be cut in two: `"/_next/`. */
const HELD = 8

/**
 * Makes an answer of Next's fit the prefix: its text, its headers, and what the router in the browser takes as the path
 * of the page. Answers come uncompressed, so that they can be read, and are compressed after that.
 */
export function rewriteAddresses(req: IncomingMessage, res: ServerResponse, prefix: string, path: string): void {
  const takesGzip = req.method !== 'HEAD' && acceptsGzip(req)
  delete req.headers['accept-encoding']
  // Places in the file are others than in the answer.
  delete req.headers.range
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    const lower = name.toLowerCase()
    // It would be another one; and what compresses answers sends the headers before we see the first piece.
    if (lower === 'content-length') return res
    return setHeader(name, lower === 'link' ? rewritten(value, prefix) : value)
  }
  // Next's router in the browser finds the parameters of a page by the place of its segments in the path.
  setHeader('x-nextjs-rewritten-path', path)
  const write = res.write.bind(res)
  const end = res.end.bind(res)
  const writeHead = res.writeHead.bind(res)
  let gzip: Gzip | null = null
  let held = ''
  const decoder = new TextDecoder()
  let isText: boolean | null = null

  const passes = () => {
    isText ??= /^(text\/html|text\/x-component|application\/javascript)/.test(
      String(res.getHeader('content-type') ?? ''),
    )
    return !isText
  }
  const take = (chunk: unknown, isLast: boolean): string => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk instanceof Uint8Array ? chunk : undefined
    const text =
      held + (bytes === undefined ? '' : decoder.decode(bytes, { stream: true })) + (isLast ? decoder.decode() : '')
    const out = text.replace(OURS, `$1${prefix}/$2`)
    if (isLast) return out
    const cut = splitAt(out)
    held = out.slice(cut)
    return out.slice(0, cut)
  }

  // The last moment at which a header can be added.
  res.writeHead = (...all: unknown[]): ServerResponse => {
    const [status] = all
    if (takesGzip && !passes() && status !== 304 && status !== 204 && !res.hasHeader('content-encoding')) {
      setHeader('Content-Encoding', 'gzip')
      gzip = compressed(res, write, end)
    }
    return Reflect.apply(writeHead, res, all)
  }
  res.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (passes()) return Reflect.apply(write, res, [chunk, ...rest])
    if (!res.headersSent) res.writeHead(res.statusCode)
    const callbacks = rest.filter((one) => typeof one === 'function')
    const text = take(chunk, false)
    if (gzip === null) return Reflect.apply(write, res, [text, ...callbacks])
    const isRoom = Reflect.apply(gzip.write, gzip, [text, ...callbacks])
    gzip.flush(constants.Z_SYNC_FLUSH)
    return isRoom
  }
  res.end = (...all: unknown[]): ServerResponse => {
    if (passes()) return Reflect.apply(end, res, all)
    const [chunk] = all
    const text = take(typeof chunk === 'function' ? undefined : chunk, true)
    if (!res.headersSent) res.writeHead(res.statusCode)
    if (gzip !== null) {
      for (const one of all) if (typeof one === 'function') res.once('finish', () => one())
      gzip.end(text)
      return res
    }
    return Reflect.apply(end, res, [text, ...all.filter((one) => typeof one === 'function')])
  }
}

/** What is written to it goes out compressed, and its end ends the answer. */
function compressed(res: ServerResponse, write: (chunk: Buffer) => boolean, end: () => unknown): Gzip {
  const gzip = createGzip({ level: 6 })
  gzip.on('data', (chunk: Buffer) => {
    if (write(chunk)) return
    gzip.pause()
    res.once('drain', () => gzip.resume())
  })
  gzip.on('end', () => end())
  gzip.on('error', () => res.destroy())
  res.once('close', () => gzip.destroy()) // a reader that left
  return gzip
}

function acceptsGzip(req: IncomingMessage): boolean {
  return /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(
    String(req.headers['accept-encoding'] ?? ''),
  )
}

/** Where the text can be cut: before a sign that may begin an address of ours, when it stands at the very end. */
function splitAt(text: string): number {
  const from = Math.max(0, text.length - HELD)
  const tail = text.slice(from)
  const sign = /["'<](\/[_a-z]*)?$/.exec(tail)
  return sign === null ? text.length : from + sign.index
}

function rewritten(value: number | string | readonly string[], prefix: string): number | string | readonly string[] {
  if (typeof value === 'number') return value
  const one = (text: string) => text.replace(OURS, `$1${prefix}/$2`)
  return typeof value === 'string' ? one(value) : value.map(one)
}
