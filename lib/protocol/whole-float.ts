/**
 * A float without a fraction (`1.0`), kept apart from the integer `1` where a value is only passed on: a task that is
 * sent again must get the very arguments of the first time, and JavaScript has one kind of number for both.
 */
export class WholeFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  /** As Python writes it, in JSON and in its repr: `1.0`, `1e+22`. */
  toString(): string {
    const text = Object.is(this.value, -0) ? '-0' : String(this.value)
    return /e/.test(text) ? text : `${text}.0`
  }
}

/** A float's text gives a WholeFloat where the number alone would look like an integer. */
export function exactFloat(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value
}
