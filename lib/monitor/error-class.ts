const CLASS = /^[\w.]{1,100}/

/** The class of an exception as its repr begins, `ValueError('no stock')` → `ValueError`; `Unknown` when there is none. */
export function errorClass(exception: string | null): string {
  return exception === null ? 'Unknown' : (CLASS.exec(exception)?.[0] ?? 'Unknown')
}
