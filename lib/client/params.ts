/** Binds a call's arguments to named parameters as Python does, with the text of Python's TypeError where it cannot. */

type Args = readonly unknown[]
type Kwargs = Readonly<Record<string, unknown>>

export interface Parameters {
  /** What Python would call the function: the last part of the task's name. */
  readonly functionName: string
  /** Those that a call may give by place or by name. */
  readonly names: readonly string[]
  /** So many of the handler's parameters have to be given, in its order, less those with a default. */
  readonly required: number
  readonly defaults: Kwargs
  /** Arguments that Python counts and the caller does not give: `self` of a bound task. */
  readonly implicit: number
  /** Name of the parameter that takes further positional arguments (`*rest`). */
  readonly rest?: string | null
  /** Those that a call gives only by name: behind `*rest`, or behind a bare `*`. */
  readonly keywordOnly?: readonly string[]
  /** Name of the parameter that takes all other keyword arguments (`**options`). */
  readonly options?: string | null
  /** Checks, and may change, what was bound; throws TypeError. */
  readonly validate?: ((bound: Args) => Args) | null
}

/**
 * Positional arguments for the handler: one for each parameter, in their order; `*rest` as an array, `**options` as an
 * object. Where `*rest` is the last one it is spread, as JavaScript's own rest parameters are. Throws TypeError.
 */
export function bindParams(params: Parameters, args: Args, kwargs: Kwargs): Args {
  const bound = bind(params, args, kwargs)
  return params.validate ? params.validate(bound) : bound
}

/** Whether the arguments fit, for the sending side: a schema is asked only where the task runs. Throws TypeError. */
export function checkCall(params: Parameters, args: Args, kwargs: Kwargs): void {
  bind(params, args, kwargs)
}

function bind(params: Parameters, args: Args, kwargs: Kwargs): Args {
  const { names, rest = null, keywordOnly = [], options = null } = params
  const isPlain = rest === null && options === null && keywordOnly.length === 0
  if (isPlain && args.length === names.length && isEmpty(kwargs)) return trimmed(args)

  const values = new Map<string, unknown>()
  const others: Record<string, unknown> = {}
  names.forEach((name, index) => {
    if (index < args.length) values.set(name, args[index])
  })
  takeKeywords(params, kwargs, values, others)
  if (args.length > names.length && rest === null) throw tooMany(params, args.length, keywordsGiven(params, kwargs))
  refuseMissing(params, values)

  const boundTo = (name: string) => (values.has(name) ? values.get(name) : params.defaults[name])
  const placed = names.map(boundTo)
  if (isPlain) return trimmed(placed)
  const more = args.slice(names.length)
  if (rest !== null && keywordOnly.length === 0 && options === null) return [...placed, ...more]
  return [
    ...placed,
    ...(rest === null ? [] : [more]),
    ...keywordOnly.map(boundTo),
    ...(options === null ? [] : [others]),
  ]
}

function isEmpty(kwargs: Kwargs): boolean {
  for (const _ in kwargs) return false
  return true
}

function takeKeywords(
  { functionName, names, keywordOnly = [], options = null }: Parameters,
  kwargs: Kwargs,
  values: Map<string, unknown>,
  others: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries(kwargs)) {
    if (names.includes(name) || keywordOnly.includes(name)) {
      if (values.has(name)) throw new TypeError(`${functionName}() got multiple values for argument '${name}'`)
      values.set(name, value)
    } else if (options === null) {
      throw new TypeError(`${functionName}() got an unexpected keyword argument '${name}'`)
      // A key such as __proto__ is data like any other.
    } else Object.defineProperty(others, name, { value, writable: true, enumerable: true, configurable: true })
  }
}

function refuseMissing(params: Parameters, values: ReadonlyMap<string, unknown>): void {
  const { functionName, names, required, defaults, rest = null, keywordOnly = [] } = params
  const isMissing = (name: string, place: number) =>
    !values.has(name) && place < required && !Object.hasOwn(defaults, name)
  const missing = names.filter(isMissing)
  if (missing.length > 0) throw new TypeError(missingText(functionName, 'positional', missing))
  const before = names.length + (rest === null ? 0 : 1)
  const missingKeywords = keywordOnly.filter((name, index) => isMissing(name, before + index))
  if (missingKeywords.length > 0) throw new TypeError(missingText(functionName, 'keyword-only', missingKeywords))
}

/** Without the undefined ones at the end, so that the handler's own defaults and `arguments.length` are right. */
function trimmed(values: Args): Args {
  if (values.at(-1) !== undefined) return values
  return values.slice(0, values.findLastIndex((value) => value !== undefined) + 1)
}

function keywordsGiven({ keywordOnly = [] }: Parameters, kwargs: Kwargs): number {
  return keywordOnly.filter((name) => Object.hasOwn(kwargs, name)).length
}

function tooMany(params: Parameters, given: number, keywords: number): TypeError {
  const { functionName, names, defaults, required, implicit } = params
  const needed = names.filter((name, index) => index < required && !Object.hasOwn(defaults, name)).length + implicit
  const most = names.length + implicit
  const takes =
    needed === most ? `${most} positional argument${plural(most)}` : `from ${needed} to ${most} positional arguments`
  const total = given + implicit
  const were = total === 1 && keywords === 0 ? 'was' : 'were'
  const also =
    keywords === 0
      ? ''
      : ` positional argument${plural(total)} (and ${keywords} keyword-only argument${plural(keywords)})`
  return new TypeError(`${functionName}() takes ${takes} but ${total}${also} ${were} given`)
}

function missingText(functionName: string, kind: 'positional' | 'keyword-only', missing: readonly string[]): string {
  const quoted = missing.map((name) => `'${name}'`)
  const listed = quoted.length <= 2 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`
  return `${functionName}() missing ${missing.length} required ${kind} argument${plural(missing.length)}: ${listed}`
}

function plural(count: number): string {
  return count === 1 ? '' : 's'
}
