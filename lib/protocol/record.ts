/** True for a JSON object: not null, not an array, not an instance of a class of ours. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Sets a field as own data also when its name is `__proto__`, where assignment would change the prototype. */
export function setField(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') {
    target[name] = value
    return
  }
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
