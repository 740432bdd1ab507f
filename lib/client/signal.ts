/** A hook point: functions connected to it are called when something happens. None of them can break what happens. */

/** What every signal tells; the rest differs. */
export interface SentBy {
  /** Name of the task or of the worker that it is about. */
  readonly sender: string
}

export type Listener<I extends SentBy> = (info: I) => unknown

export interface ConnectOptions {
  /** Only what this task or worker sends: its name, or the task itself. */
  readonly sender?: string | { readonly name: string }
}

export interface Signal<I extends SentBy> {
  /** Celery's name: `task_prerun`. */
  readonly name: string
  /** Ask this before building what `send` is given. */
  readonly hasListeners: boolean
  /** Connecting a function twice to the same sender counts once. Returns what disconnects it again. */
  connect(listener: Listener<I>, options?: ConnectOptions): () => void
  /** Ends all connections of this function, or those to one sender; false when there was none. */
  disconnect(listener: Listener<I>, options?: ConnectOptions): boolean
  /**
   * Calls the listeners in the order in which they were connected. Null when all were done at once; else a promise,
   * never rejected, of the end of those that are async.
   */
  send(info: I): Promise<void> | null
}

/** Hears of a listener that has thrown: the signal's name and the error. */
export type OnListenerError = (signal: string, error: unknown) => void

interface Connection<I extends SentBy> {
  readonly listener: Listener<I>
  /** Null = any. */
  readonly sender: string | null
}

export function createSignal<I extends SentBy>(name: string, onError: OnListenerError): Signal<I> {
  // Replaced, never changed: a listener may connect or disconnect while the signal is sent.
  let connections: readonly Connection<I>[] = []

  function disconnect(listener: Listener<I>, options: ConnectOptions = {}): boolean {
    const sender = senderOf(options)
    const left = connections.filter((one) => one.listener !== listener || (sender !== null && one.sender !== sender))
    const found = left.length < connections.length
    connections = left
    return found
  }

  return {
    name,
    get hasListeners() {
      return connections.length > 0
    },
    connect(listener, options = {}) {
      const connection = { listener, sender: senderOf(options) }
      const known = connections.some((one) => one.listener === listener && one.sender === connection.sender)
      if (!known) connections = [...connections, connection]
      return () => {
        connections = connections.filter((one) => one.listener !== listener || one.sender !== connection.sender)
      }
    },
    disconnect,
    send(info) {
      const pending: Promise<unknown>[] = []
      for (const { listener, sender } of connections) {
        if (sender !== null && sender !== info.sender) continue
        try {
          const result = listener(info)
          if (result instanceof Promise) pending.push(result.catch((error: unknown) => onError(name, error)))
        } catch (error) {
          onError(name, error)
        }
      }
      return pending.length === 0 ? null : Promise.all(pending).then(() => {})
    },
  }
}

function senderOf({ sender }: ConnectOptions): string | null {
  if (sender === undefined) return null
  return typeof sender === 'string' ? sender : sender.name
}
