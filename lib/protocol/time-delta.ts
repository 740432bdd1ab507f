/** Python's timedelta: a span of time with exact microseconds, which one JavaScript number of ms would round. */
export class TimeDelta {
  /** Whole days, negative for a negative span; the other two are then counted forward from there. */
  readonly days: number
  /** 0..86399 */
  readonly seconds: number
  /** 0..999999 */
  readonly microseconds: number

  constructor(days: number, seconds = 0, microseconds = 0) {
    this.days = days
    this.seconds = seconds
    this.microseconds = microseconds
  }

  /** Milliseconds, with microseconds as the fraction. */
  get ms(): number {
    return (this.days * 86_400 + this.seconds) * 1000 + this.microseconds / 1000
  }
}
