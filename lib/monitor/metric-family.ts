/** A metric as data, in Prometheus' terms; the server writes the text. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly MetricSample[]
}

export interface MetricSample {
  /** `_bucket`, `_sum`, `_count` of a histogram; `_created`: when the series began, epoch seconds. */
  readonly suffix?: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
