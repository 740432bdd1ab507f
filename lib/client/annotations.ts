/** task_annotations: options that a configuration gives to tasks, over what their code says (worker-beat.md 2.12). */
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
  // What is no option of a task is never read; values are as little checked as in Celery.
  return { ...options, ...Object.fromEntries(changes) }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
