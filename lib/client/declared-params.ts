/** The parameters of a task from its options: names in Python's notation, or a zod schema. */
import { UmbelError } from '../errors.ts'
import type { Parameters } from './params.ts'
import type { ParamSchema, TaskOptions } from './task-options.ts'

/** Null: nothing is said of them, so that keyword arguments cannot be bound. Throws option/invalid. */
export function declaredParams(name: string, options: TaskOptions, handlerLength: number): Parameters | null {
  const { params } = options
  if (params === undefined) return null
  const schema = isSchema(params) ? params : (options.schema ?? null)
  const names = isSchema(params) ? namesOf(params, name) : readNames(params, name)
  const functionName = name.slice(name.lastIndexOf('.') + 1)
  const implicit = options.bind === true ? 1 : 0
  const all = [...names.names, ...(names.rest === null ? [] : [names.rest]), ...names.keywordOnly]
  return {
    functionName,
    ...names,
    // A function's length stops at its first parameter with a default: those before it are needed.
    required: isSchema(params) ? all.length : Math.max(0, handlerLength - implicit),
    defaults: { ...(schema === null ? {} : absentOf(schema, all)), ...options.defaults },
    implicit,
    validate: schema === null ? null : (bound) => validated(schema, bound, all, functionName),
  }
}

interface Names {
  readonly names: readonly string[]
  readonly rest: string | null
  readonly keywordOnly: readonly string[]
  readonly options: string | null
}

/** `['x', 'y', '*rest', 'k', '**options']` is Python's `def f(x, y, *rest, k, **options)`; a bare `*` takes nothing. */
function readNames(params: readonly string[], task: string): Names {
  const fail = (value: string, expected: string) =>
    new UmbelError('option/invalid', { option: `params of ${task}`, value, expected })
  const names: string[] = []
  const keywordOnly: string[] = []
  let star: string | null = null
  let options: string | null = null
  for (const param of params) {
    if (options !== null) throw fail(param, `nothing behind **${options}`)
    if (!/^(?:\*|\*{0,2}[\p{ID_Start}_$][\p{ID_Continue}$]*)$/u.test(param)) {
      throw fail(param, 'a name, *name for further arguments, or **name for further keyword arguments')
    }
    if (param.startsWith('**')) options = param.slice(2)
    else if (param.startsWith('*')) {
      if (star !== null) throw fail(param, 'only one parameter with *')
      star = param.slice(1)
    } else if (star === null) names.push(param)
    else keywordOnly.push(param)
  }
  const all = [...names, ...keywordOnly, ...(star ? [star] : []), ...(options === null ? [] : [options])]
  const twice = all.find((one, index) => all.indexOf(one) !== index)
  if (twice !== undefined) throw fail(twice, 'each name once')
  return { names, rest: star || null, keywordOnly, options }
}

/** The keys of an object in their order; the places of a tuple as `arg0`, `arg1`. */
function namesOf(schema: ParamSchema, task: string): Names {
  const shape = shapeOf(schema)
  const names = shape === null ? itemsOf(schema)?.map((_, index) => `arg${index}`) : Object.keys(shape)
  if (names !== undefined) return { names, rest: null, keywordOnly: [], options: null }
  throw new UmbelError('option/invalid', {
    option: `params of ${task}`,
    value: 'another schema',
    expected: 'a list of names, or a zod object or tuple',
  })
}

function isSchema(params: unknown): params is ParamSchema {
  return typeof params === 'object' && params !== null && 'safeParse' in params
}

function shapeOf(schema: ParamSchema): Readonly<Record<string, unknown>> | null {
  return schema.shape ?? null
}

function itemsOf(schema: ParamSchema): readonly unknown[] | null {
  const def = schema._zod?.def
  return def !== undefined && 'items' in def && Array.isArray(def.items) ? def.items : null
}

/** Parameters whose schema takes "nothing": they need not be given, and the schema says what they are then. */
function absentOf(schema: ParamSchema, names: readonly string[]): Readonly<Record<string, unknown>> {
  const shape = shapeOf(schema)
  const parts = shape === null ? itemsOf(schema) : names.map((name) => shape[name])
  const absent = names.filter((_, index) => isSchema(parts?.[index]) && parts[index].safeParse(undefined).success)
  return Object.fromEntries(absent.map((name) => [name, undefined]))
}

function validated(
  schema: ParamSchema,
  bound: readonly unknown[],
  names: readonly string[],
  functionName: string,
): readonly unknown[] {
  const isObject = shapeOf(schema) !== null
  const given = isObject ? Object.fromEntries(names.map((name, index) => [name, bound[index]])) : padded(bound, names)
  const parsed = schema.safeParse(given)
  if (parsed.success) {
    const values: unknown = parsed.data
    if (Array.isArray(values)) return values
    return names.map((name) => Object(values)[name])
  }
  const issues = parsed.error?.issues ?? []
  const texts = issues.slice(0, 5).map(({ path, message }) => `argument '${pathText(path, names)}': ${message}`)
  throw new TypeError(`${functionName}() ${texts.join('; ') || 'got arguments that its schema refuses'}`)
}

function padded(bound: readonly unknown[], names: readonly string[]): readonly unknown[] {
  return names.map((_, index) => bound[index])
}

function pathText([first, ...rest]: readonly PropertyKey[], names: readonly string[]): string {
  const name = typeof first === 'number' ? (names[first] ?? first) : first
  return [name, ...rest].map(String).join('.')
}
