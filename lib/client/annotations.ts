/** task_annotations: options that a configuration gives to tasks, over what their code says (worker-beat.md 2.12). */
import type { OptionKinds } from './option-kinds.ts'
import { TASK_OPTIONS } from './task-option-kinds.ts'
import type { TaskOptions } from './task-options.ts'

type Annotation = Readonly<Record<string, Readonly<Record<string, unknown>>>>
export type Annotations = Annotation | readonly Annotation[] | null

/** Those for `*` first, then those for the name; names as in Celery (`rate_limit`) or in camelCase. */
export function annotated(name: string, options: TaskOptions, annotations: Annotations): TaskOptions {
  if (annotations === null) return options
  const all: readonly Annotation[] = Array.isArray(annotations) ? annotations : [annotations]
  const found = all.flatMap((one) => [one['*'], one[name]]).filter((one) => one !== undefined)
  if (found.length === 0) return options
  const changes = found.flatMap((one) => Object.entries(one)).map(([key, value]) => [camelCase(key), value])
  // What is no option of a task is never read, as attributes of Celery's tasks that nobody looks at.
  return { ...options, ...Object.fromEntries(changes) }
}

/** Which option of a task cannot have the value that it is given; null when all can. */
export function faultOfAnnotations(annotations: Annotations): string | null {
  const all: readonly Annotation[] = Array.isArray(annotations) ? annotations : [annotations ?? {}]
  for (const [name, changes] of all.flatMap((one) => Object.entries(one))) {
    for (const [key, value] of Object.entries(changes)) {
      const option = camelCase(key)
      const kinds: OptionKinds = TASK_OPTIONS
      const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined
      if (kind !== undefined && !kind.takes(value)) return `${kind.expected} as ${key} of ${JSON.stringify(name)}`
    }
  }
  return null
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
