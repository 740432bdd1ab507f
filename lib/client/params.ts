/** Binds a call's arguments to named parameters as Python does, with the text of Python's TypeError where it cannot. */

export interface Parameters {
  /** What Python would call the function: the last part of the task's name. */
  readonly functionName: string
  readonly names: readonly string[]
  /** The first so many have to be given, less those with a default. */
  readonly required: number
  readonly defaults: Readonly<Record<string, unknown>>
  /** Arguments that Python counts and the caller does not give: `self` of a bound task. */
  readonly implicit: number
}

/** Positional arguments for the handler, in the order of `names`. Throws TypeError. */
export function bindParams(
  params: Parameters,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const { functionName, names, defaults } = params
  const values = new Map<string, unknown>()
  args.slice(0, names.length).forEach((value, index) => {
    values.set(names[index] ?? '', value)
  })

  for (const [name, value] of Object.entries(kwargs)) {
    if (!names.includes(name)) {
      throw new TypeError(`${functionName}() got an unexpected keyword argument '${name}'`)
    }
    if (values.has(name)) throw new TypeError(`${functionName}() got multiple values for argument '${name}'`)
    values.set(name, value)
  }
  if (args.length > names.length) throw tooMany(params, args.length)

  const missing = names.filter((name, index) => !values.has(name) && index < params.required && !(name in defaults))
  if (missing.length > 0) throw new TypeError(missingText(functionName, missing))
  return trimmed(names.map((name) => (values.has(name) ? values.get(name) : defaults[name])))
}

/** Without the undefined ones at the end, so that the handler's own defaults and `arguments.length` are right. */
function trimmed(values: readonly unknown[]): readonly unknown[] {
  const end = values.findLastIndex((value) => value !== undefined)
  return values.slice(0, end + 1)
}

function tooMany({ functionName, names, defaults, required, implicit }: Parameters, given: number): TypeError {
  const needed = names.filter((name, index) => index < required && !(name in defaults)).length + implicit
  const most = names.length + implicit
  const takes =
    needed === most
      ? `${most} positional argument${most === 1 ? '' : 's'}`
      : `from ${needed} to ${most} positional arguments`
  const total = given + implicit
  return new TypeError(`${functionName}() takes ${takes} but ${total} ${total === 1 ? 'was' : 'were'} given`)
}

function missingText(functionName: string, missing: readonly string[]): string {
  const quoted = missing.map((name) => `'${name}'`)
  const listed = quoted.length <= 2 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`
  const plural = missing.length === 1 ? 'argument' : 'arguments'
  return `${functionName}() missing ${missing.length} required positional ${plural}: ${listed}`
}
