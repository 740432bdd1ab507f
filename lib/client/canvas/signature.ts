/** Signatures and canvases as users write them (client-cli.md A7, A10). */
import { UmbelError } from '../../errors.ts'
import type { SignatureData, SubtaskType } from '../../protocol/signature.ts'
import { checkCallOptions } from '../call-option-kinds.ts'
import type { CallOptions } from '../call-options.ts'
import { applyNode } from './apply.ts'
import { pipe } from './build.ts'
import { type CanvasApp, currentApp } from './canvas-app.ts'
import { type CanvasResult, resultOf } from './canvas-result.ts'
import { cloneNode } from './clone.ts'
import { createDispatch, freezeRulesOf, routeOf } from './dispatch.ts'
import { freeze } from './freeze.ts'
import { link, linkError, setImmutable } from './link.ts'
import { callOf } from './map.ts'
import { asNode, headerTasksOf, isChord, isNode, type SignatureNode, tasksOf, textOption } from './node.ts'
import { wireOptionsOf } from './option-names.ts'
import { isVisitor, type StampingVisitor, type Stamps, stamp } from './stamp.ts'

type Args = readonly unknown[]
type Kwargs = Readonly<Record<string, unknown>>

/** Options of `freeze`: what the canvas around gives. */
export interface FreezeOptions {
  readonly groupId?: string
  readonly groupIndex?: number
  readonly chord?: SignatureData
  readonly rootId?: string
  readonly parentId?: string
}

export interface ApplyOptions extends CallOptions {
  /** task_eager_propagates when left out. */
  readonly throw?: boolean
}

export interface StampOptions {
  /** A stamp that is there already becomes a list of both. */
  readonly append?: boolean
  /** Stamps to begin with, for a visitor. */
  readonly headers?: Stamps
}

/**
 * A call of a task, to be made later. Its own fields are Celery's, in Celery's order: it is sent as it is. `options` are
 * under Celery's names; the methods take ours.
 */
export class Signature<R = CanvasResult> implements SignatureNode {
  task: string
  args: readonly unknown[]
  kwargs: Record<string, unknown>
  options: Record<string, unknown>
  subtask_type: SubtaskType | null
  immutable: boolean
  readonly #app: CanvasApp | null

  constructor(node: SignatureNode, app: CanvasApp | null = null) {
    this.task = node.task
    this.args = node.args
    this.kwargs = node.kwargs
    this.options = node.options
    this.subtask_type = node.subtask_type
    this.immutable = node.immutable
    this.#app = app
  }

  /** The app of the first that has one; null when none has. */
  static appAmong(values: readonly unknown[]): CanvasApp | null {
    for (const value of values) {
      if (typeof value === 'object' && value !== null && #app in value && value.#app !== null) return value.#app
    }
    return null
  }

  /** The same call as an object; its fields, and the objects in them, are shared. */
  static from(value: unknown, app: CanvasApp | null): Signature {
    return value instanceof Signature ? value : new Signature(asNode(value), app)
  }

  /** The app over which it is sent. Throws option/invalid when there is none. */
  get app(): CanvasApp {
    const app = this.#app ?? currentApp()
    if (app !== null) return app
    const expected = 'an app: make one with new Celery(...), or the signature with app.signature(...)'
    throw new UmbelError('option/invalid', { option: `the signature of ${this.task}`, value: 'no app', expected })
  }

  get name(): string {
    return this.task
  }

  /** Null until it is frozen or an id was set. */
  get id(): string | null {
    return textOption(this, 'task_id')
  }

  /** The steps of a chain, the members of a group, the header of a chord. */
  get tasks(): Signature[] {
    const list = isChord(this) ? headerTasksOf(this) : tasksOf(this)
    const wrapped = list.map((task) => Signature.from(task, this.#app))
    // What is done to one of them is done to this canvas.
    list.splice(0, list.length, ...wrapped)
    return wrapped
  }

  get body(): Signature | null {
    const { body } = this.kwargs
    if (!isNode(body)) return null
    const wrapped = Signature.from(body, this.#app)
    this.kwargs['body'] = wrapped
    return wrapped
  }

  /** New arguments come before its own; new keyword arguments and options win. */
  clone(args: Args = [], kwargs: Kwargs = {}, options: CallOptions = {}): Signature<R> {
    checkCallOptions(this.task, options)
    return new Signature(cloneNode(this, { args, kwargs, options: wireOptionsOf(options) }), this.#app)
  }

  /** Sets options of the call; `immutable` too. Returns itself. */
  set({ immutable, ...options }: CallOptions & { readonly immutable?: boolean }): this {
    checkCallOptions(this.task, options)
    if (immutable !== undefined) this.setImmutable(immutable)
    Object.assign(this.options, wireOptionsOf(options))
    return this
  }

  /** Whether it is deaf to the result of what ran before. On a group and a chord: its members. */
  setImmutable(immutable: boolean): this {
    setImmutable(this, immutable)
    return this
  }

  /** Runs `callback` with the result. Returns the callback. */
  link<S extends SignatureData>(callback: S): S {
    link(this, asNode(callback))
    return callback
  }

  /** Runs `errback` with the id of the task that failed. Returns the errback. */
  linkError<S extends SignatureData>(errback: S): S {
    const conf = (this.#app ?? currentApp())?.conf
    linkError(this, asNode(errback), { errbacksOnHeader: conf?.task_allow_error_cb_on_chord_header === true })
    return errback
  }

  /** As linkError, but returns itself. */
  onError(errback: SignatureData): this {
    this.linkError(errback)
    return this
  }

  /** `a | b | c` of Python is `a.pipe(b, c)`. */
  pipe(...others: readonly SignatureData[]): Signature {
    const app = this.#app ?? Signature.appAmong(others)
    return Signature.from(others.map(asNode).reduce<SignatureNode>(pipe, this), app)
  }

  /** The name under which Python's operator is known. */
  or(other: SignatureData): Signature {
    return this.pipe(other)
  }

  /** Gives it and its parts their ids; sent twice, a frozen signature has the same ids twice. */
  freeze(id: string | null = null, { chord: body, ...around }: FreezeOptions = {}): R {
    const rules = freezeRulesOf(this.app.compiled, this.app.oid)
    const node = freeze(this, { ...around, id, chord: body === undefined ? null : asNode(body) }, rules)
    return resultOf(this.app, node) as R // by its kind: what applyAsync gives
  }

  /** Stamps it and all its parts: by names and values, or by a visitor. Returns itself. */
  stamp(stamps: StampingVisitor | Stamps, { append = false, headers = {} }: StampOptions = {}): this {
    if (isVisitor(stamps)) stamp(this, headers, { visitor: stamps, append })
    else stamp(this, stamps, { visitor: null, append })
    return this
  }

  /**
   * Sends it. The result is that of its last step: of a group a GroupResult, of an empty chain null. Throws TypeError
   * for arguments that do not fit, and the errors of broker and backend.
   */
  async applyAsync(args: Args = [], kwargs: Kwargs = {}, options: CallOptions = {}): Promise<R> {
    checkCallOptions(this.task, options)
    const { app } = this
    if (app.conf.task_always_eager) return this.apply(args, kwargs, options)
    const dispatch = createDispatch(await routeOf(app))
    const call = callOf(this, { args, kwargs, options: wireOptionsOf(options) })
    const node = await applyNode(dispatch, call.node, call.extra)
    return (node === null ? null : resultOf(app, node)) as R // by its kind; null for an empty chain
  }

  /** Runs it here and now instead of sending it; a task throws with `throw` what it throws. */
  async apply(args: Args = [], kwargs: Kwargs = {}, options: ApplyOptions = {}): Promise<R> {
    const { throw: throws, ...rest } = options
    checkCallOptions(this.task, rest)
    const extra = { args, kwargs, options: wireOptionsOf(rest), ...(throws === undefined ? {} : { throw: throws }) }
    return (await this.app.applyEagerly(this, extra)) as R // by its kind, as applyAsync
  }

  delay(...args: unknown[]): Promise<R> {
    return this.applyAsync(args)
  }

  toJSON(): SignatureData {
    const { task, args, kwargs, options, subtask_type, immutable } = this
    return { task, args, kwargs, options, subtask_type, immutable }
  }
}
