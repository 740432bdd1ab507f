/** The tasks of an app by name, with what the settings say over their own options. */
import { type Annotations, annotated } from './annotations.ts'
import { declaredParams } from './declared-params.ts'
import { checkOptions } from './option-kinds.ts'
import type { RegisteredTask } from './task.ts'
import { TASK_OPTIONS } from './task-option-kinds.ts'
import type { TaskOptions } from './task-options.ts'

interface GivenTask {
  readonly options: TaskOptions
  readonly handler: RegisteredTask['handler']
}

export interface TaskRegistry {
  readonly tasks: ReadonlyMap<string, RegisteredTask>
  /** A name that is known already is replaced. Throws option/unknown and option/invalid for its options. */
  add(name: string, options: TaskOptions, handler: RegisteredTask['handler']): RegisteredTask
  /** Gives all tasks, also those to come, these annotations in place of the present ones. */
  annotate(annotations: Annotations): void
}

export function createTaskRegistry(): TaskRegistry {
  const given = new Map<string, GivenTask>()
  const tasks = new Map<string, RegisteredTask>()
  let current: Annotations = null

  function register(name: string, { options, handler }: GivenTask): RegisteredTask {
    const all = annotated(name, options, current)
    const task = { name, options: all, parameters: declaredParams(name, all, handler.length), handler }
    tasks.set(name, task)
    return task
  }

  return {
    tasks,
    add(name, options, handler) {
      checkOptions(`task ${name}`, options, TASK_OPTIONS)
      const task = register(name, { options, handler })
      given.set(name, { options, handler })
      return task
    },
    annotate(annotations) {
      if (annotations === current) return
      current = annotations
      for (const [name, task] of given) register(name, task)
    },
  }
}
