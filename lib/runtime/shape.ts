/**
 * What a value from outside has to look like: the few checks that settings need, by zod's names. zod itself costs a
 * program 50 ms and 20 MB at its start (measured on Node 24, with the compile cache); a worker starts in 250 ms and lives
 * on 90 MB. Where start-up does not count, zod stays.
 */
export interface Issue {
  /** Where in the value; empty for the value itself. */
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** `custom`: a check that says by itself what is wrong. */
  readonly code: 'invalid' | 'custom'
}

export type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } }

type Check<T> = (value: unknown) => Parsed<T>

const NO_MESSAGE = 'Invalid input'

export class Shape<T> {
  readonly safeParse: Check<T>

  constructor(check: Check<T>) {
    this.safeParse = check
  }

  nullable(): Shape<T | null> {
    return new Shape<T | null>((value) => (value === null ? good(null) : this.safeParse(value)))
  }

  optional(): Shape<T | undefined> {
    return new Shape<T | undefined>((value) => (value === undefined ? good(undefined) : this.safeParse(value)))
  }

  nullish(): Shape<T | null | undefined> {
    return this.nullable().optional()
  }

  /** In place of undefined. */
  default(otherwise: T): Shape<T> {
    return new Shape((value) => (value === undefined ? good(otherwise) : this.safeParse(value)))
  }

  readonly(): Shape<Readonly<T>> {
    return this
  }

  refine(test: (value: T) => boolean, message = NO_MESSAGE): Shape<T> {
    return this.superRefine((value, { addIssue }) => {
      if (!test(value)) addIssue({ code: 'custom', message })
    })
  }

  superRefine(
    judge: (
      value: T,
      context: { addIssue(issue: { readonly code: 'custom'; readonly message: string }): void },
    ) => void,
  ): Shape<T> {
    return new Shape((value) => {
      const parsed = this.safeParse(value)
      if (!parsed.success) return parsed
      const issues: Issue[] = []
      judge(parsed.data, { addIssue: (issue) => void issues.push({ path: [], ...issue }) })
      return issues.length === 0 ? parsed : { success: false, error: { issues } }
    })
  }
}

class NumberShape extends Shape<number> {
  min(least: number, message?: string): NumberShape {
    return this.#with((value) => value >= least, message)
  }

  max(most: number, message?: string): NumberShape {
    return this.#with((value) => value <= most, message)
  }

  positive(message?: string): NumberShape {
    return this.#with((value) => value > 0, message)
  }

  #with(test: (value: number) => boolean, message?: string): NumberShape {
    return new NumberShape(narrowed(this.safeParse, test, message))
  }
}

class StringShape extends Shape<string> {
  min(least: number, message?: string): StringShape {
    return new StringShape(narrowed(this.safeParse, (value) => value.length >= least, message))
  }
}

class ArrayShape<T> extends Shape<T[]> {
  min(least: number, message?: string): ArrayShape<T> {
    return new ArrayShape(narrowed(this.safeParse, (value) => value.length >= least, message))
  }
}

export function number(message?: string): NumberShape {
  return new NumberShape(guard((value) => typeof value === 'number' && Number.isFinite(value), message))
}

export function int(message?: string): NumberShape {
  return new NumberShape(guard((value) => Number.isSafeInteger(value), message))
}

export function string(message?: string): StringShape {
  return new StringShape(guard((value) => typeof value === 'string', message))
}

export function boolean(message?: string): Shape<boolean> {
  return new Shape(guard((value) => typeof value === 'boolean', message))
}

export function unknown(): Shape<unknown> {
  return new Shape(good)
}

export function literal<const T extends string | number | boolean | null>(wanted: T): Shape<T> {
  return new Shape(guard((value) => value === wanted))
}

function oneOf<const T extends string>(words: readonly T[], message?: string): Shape<T> {
  return new Shape(guard((value) => words.some((word) => word === value), message))
}

export { oneOf as enum }

/** A value that `test` accepts; any, without one. */
export function custom<T>(test: (value: unknown) => boolean = () => true, message?: string): Shape<T> {
  return new Shape(guard(test, message))
}

function instance<T>(type: abstract new (...args: never[]) => T): Shape<T> {
  return new Shape(guard((value) => value instanceof type))
}

export { instance as instanceof }

export function array<T>(item: Shape<T>, message?: string): ArrayShape<T> {
  return new ArrayShape((value) => {
    if (!Array.isArray(value)) return bad(message)
    return every(
      value.map((part, i) => [i, item.safeParse(part)]),
      (data) => Object.values(data),
    )
  })
}

export function record<T>(_key: Shape<string>, item: Shape<T>, message?: string): Shape<Record<string, T>> {
  return new Shape((value) => {
    if (!isPlain(value)) return bad(message)
    return every(
      Object.entries(value).map(([key, part]) => [key, item.safeParse(part)]),
      (data) => data,
    )
  })
}

type Fields = Readonly<Record<string, Shape<unknown>>>
type OutputOf<S> = S extends Shape<infer T> ? T : never
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends OutputOf<F[K]> ? K : never }[keyof F]
export type FieldsOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: OutputOf<F[K]> } & {
  [K in OptionalKeys<F>]?: OutputOf<F[K]>
}
export type output<S> = OutputOf<S>

/** Other keys are left out. */
export function object<F extends Fields>(fields: F, message?: string): Shape<FieldsOf<F>> {
  return new Shape((value) => (isPlain(value) ? fieldsOf(fields, value, {}) : bad(message)))
}

/** Other keys stay. */
export function looseObject<F extends Fields>(
  fields: F,
  message?: string,
): Shape<FieldsOf<F> & { [key: string]: unknown }> {
  return new Shape((value) => (isPlain(value) ? fieldsOf(fields, value, value) : bad(message)))
}

export function union<const S extends readonly Shape<unknown>[]>(
  shapes: S,
  message?: string,
): Shape<OutputOf<S[number]>> {
  return new Shape((value) => {
    for (const shape of shapes) {
      const parsed = shape.safeParse(value)
      // One of the shapes has taken it: the value is of its type.
      if (parsed.success) return parsed as Parsed<OutputOf<S[number]>>
    }
    return bad(message)
  })
}

function fieldsOf<T>(fields: Fields, value: object, rest: object): Parsed<T> {
  const parsed = Object.entries(fields).map(([key, field]) => [key, field.safeParse(Reflect.get(value, key))] as const)
  return every(parsed, (data) => {
    const given = Object.entries(data).filter(([key, part]) => part !== undefined || key in value)
    // Every field was taken by its shape, and T is made of these.
    return { ...rest, ...Object.fromEntries(given) } as T
  })
}

/** All parts, or the issues of those that are wrong, with the place of the part in front of theirs. */
function every<P, T>(
  parts: readonly (readonly [PropertyKey, Parsed<P>])[],
  join: (data: Record<PropertyKey, P>) => T,
): Parsed<T> {
  const issues = parts.flatMap(([key, parsed]) =>
    parsed.success ? [] : parsed.error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] })),
  )
  if (issues.length > 0) return { success: false, error: { issues } }
  const data = parts.flatMap(([key, parsed]) => (parsed.success ? [[key, parsed.data] as const] : []))
  return good(join(Object.fromEntries(data)))
}

function guard<T>(test: (value: unknown) => boolean, message?: string): Check<T> {
  // The test is what makes it a T; each caller's own.
  return (value) => (test(value) ? good(value as T) : bad(message))
}

function narrowed<T>(check: Check<T>, test: (value: T) => boolean, message?: string): Check<T> {
  return (value) => {
    const parsed = check(value)
    return !parsed.success || test(parsed.data) ? parsed : bad(message)
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function good<T>(data: T): Parsed<T> {
  return { success: true, data }
}

function bad(message = NO_MESSAGE): Parsed<never> {
  return { success: false, error: { issues: [{ path: [], message, code: 'invalid' }] } }
}
