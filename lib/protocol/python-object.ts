/**
 * What a message holds of a Python class or function that has no counterpart here: its name and what it was called
 * with, as data. Nothing of that name is ever looked up or called (reliability-security.md 3.1).
 */
export class PythonObject {
  /** With its module: `builtins.ValueError`, `os.system`. */
  readonly name: string
  /** Null for the class or function itself, not called. */
  readonly args: readonly unknown[] | null
  /** Keyword arguments, `__dict__` or what `__setstate__` would get; undefined when there was none. */
  state: unknown = undefined
  /** What was appended, for subclasses of list. */
  readonly items: unknown[] = []
  /** What was set, for subclasses of dict. */
  readonly entries = new Map<unknown, unknown>()

  constructor(name: string, args: readonly unknown[] | null) {
    this.name = name
    this.args = args
  }

  /** JavaScript's own ways to show a value get the name only; `pythonRepr` shows the arguments too. */
  toString(): string {
    return `<${this.name}>`
  }
}
