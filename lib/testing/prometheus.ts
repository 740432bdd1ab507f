/** A private Prometheus for a test: own port, own folder, stopped by its pid. Debian's package `prometheus` has it. */
import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { findProgram, startServer } from './server-process.ts'

const run = promisify(execFile)

/** Of an instant query: its labels and its value. */
export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface PrometheusRule {
  readonly name: string
  readonly type: 'alerting' | 'recording'
  /** `ok` once it was evaluated without a fault. */
  readonly health: string
  readonly lastError: string | null
  /** Of an alerting rule: `inactive`, `pending` or `firing`. */
  readonly state: string | null
}

export interface Prometheus {
  readonly url: string
  /** PromQL at this moment. Throws when it is no query. */
  query(expression: string): Promise<readonly PrometheusSample[]>
  rules(): Promise<readonly PrometheusRule[]>
  stop(): Promise<void>
}

export interface PrometheusOptions {
  /** Jobs, each with one target: `http://host:port`, whose /metrics are scraped. */
  readonly jobs: Readonly<Record<string, string>>
  /** Files of rules, absolute. */
  readonly ruleFiles?: readonly string[]
  readonly intervalMs: number
}

export async function startPrometheus({ jobs, ruleFiles = [], intervalMs }: PrometheusOptions): Promise<Prometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-prometheus-'))
  const port = await freePort()
  const config = {
    global: { scrape_interval: `${intervalMs}ms`, scrape_timeout: `${intervalMs}ms`, evaluation_interval: '1s' },
    rule_files: ruleFiles,
    scrape_configs: Object.entries(jobs).map(([job, url]) => ({
      job_name: job,
      static_configs: [{ targets: [new URL(url).host] }],
    })),
  }
  await writeFile(join(dir, 'prometheus.yml'), JSON.stringify(config)) // JSON is YAML
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${join(dir, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const server = await startServer(null, findProgram('prometheus'), args, {
    dir,
    signal: 'SIGTERM',
    async probe() {
      const { status } = await fetch(`${url}/-/ready`)
      if (status !== 200) throw new Error(`it answers ${status}`)
    },
  })

  async function ask(path: string): Promise<PrometheusData> {
    const answer: PrometheusAnswer = await (await fetch(`${url}/api/v1/${path}`)).json()
    if (answer.data === undefined) throw new Error(`Prometheus: ${answer.error}`)
    return answer.data
  }

  return {
    url,
    async query(expression) {
      const { result = [] } = await ask(`query?query=${encodeURIComponent(expression)}`)
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    async rules() {
      const { groups = [] } = await ask('rules')
      return groups.flatMap(({ rules }) =>
        rules.map(({ name, type, health, lastError, state }) => ({
          ...{ name, type, health },
          lastError: lastError ?? null,
          state: state ?? null,
        })),
      )
    },
    stop: () => server.stop(),
  }
}

interface PrometheusAnswer {
  readonly data?: PrometheusData
  readonly error?: string
}

interface PrometheusData {
  readonly result?: readonly {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }[]
  readonly groups?: readonly {
    readonly rules: readonly {
      readonly name: string
      readonly type: 'alerting' | 'recording'
      readonly health: string
      readonly lastError?: string
      readonly state?: string
    }[]
  }[]
}

/** `promtool check …`; gives back what it says, throws when it finds a fault. */
export async function promtool(...args: readonly string[]): Promise<string> {
  return (await run(findProgram('promtool'), [...args])).stdout
}
