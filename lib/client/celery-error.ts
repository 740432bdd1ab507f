/** Exceptions of Celery's own, as another process is to see them: by class name and module. */
export interface CeleryError extends Error {
  readonly pythonModule: string
  readonly args: readonly unknown[]
}

export function celeryError(type: string, args: readonly unknown[], pythonModule = 'celery.exceptions'): CeleryError {
  const error = new Error(args.map(String).join(', '))
  error.name = type
  return Object.assign(error, { pythonModule, args })
}
