/**
 * The alert engine: looks at every rule after each round of the queue poller and once a second, keeps the episodes,
 * and hands what changed to the outbox. It never falls silent: when the broker cannot be read, firing alerts stay
 * firing, and a rule of its own tells every channel.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { UmbelError } from '../../errors.ts'
import type { AlertState, AlertsView, NotificationView } from '../../live/views.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Alerts } from '../contracts.ts'
import { type AlertConfig, parseByPerson } from './alert-config.ts'
import { type AlertMemory, createAlertStore, EMPTY_MEMORY } from './alert-store.ts'
import { alertsView, notificationView } from './alerts-view.ts'
import { type Channel, channelSchema } from './channel.ts'
import { type Episode, nextEpisode } from './episode.ts'
import { createNotification } from './notification.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { readRule, type Sources } from './readings.ts'
import { BLIND_RULE_NAME, isAboutQueues, isAboutSchedules, type Rule, ruleSchema } from './rule.ts'

export interface AlertsOptions extends Sources {
  readonly runtime: Runtime
  readonly config: AlertConfig
  /** Folder for `alerts.json`; null = nothing survives a restart. */
  readonly dataDir: string | null
  /** Schedules are read more often until the function returned is called: while there are rules about them. */
  readonly watchSchedules?: () => () => void
}

/** What people may change; called by the actions only. */
export interface AlertEditor {
  saveRule(input: unknown): Promise<void>
  deleteRule(name: string): Promise<void>
  /** Holds this rule's notifications; 0 ends it. */
  silence(rule: string, forMs: number): Promise<void>
  saveChannel(input: unknown): Promise<void>
  deleteChannel(name: string): Promise<void>
  testChannel(name: string): Promise<NotificationView>
  /** Ends the alerts of workers that are no longer known. True when there were any. */
  forgetWorkers(names: readonly string[]): Promise<boolean>
}

export interface AlertEngine extends Alerts {
  readonly edit: AlertEditor
}

const EVERY_MS = 1_000
const KEEP_HISTORY = 200
const MAX_PAGE_ITEMS = 500

export function createAlerts(options: AlertsOptions): AlertEngine {
  const { runtime, config } = options
  const file = options.dataDir === null ? null : join(options.dataDir, 'alerts.json')
  const store = createAlertStore(file, runtime.log)
  const listeners = new Set<() => void>()
  const stopping = new AbortController()

  let pageRules: Rule[] = []
  let pageChannels: Channel[] = []
  let silences: Record<string, number> = {}
  let episodes = new Map<string, Episode>()
  let history: Episode[] = []
  let outbox: Outbox | null = null
  let evaluatedMs: number | null = null
  /** Rules about the age of messages that found queues of which it is not known. */
  let unaged = new Set<string>()
  let loop: Promise<void> = Promise.resolve()
  let stopRounds = () => {}
  let unwatchSchedules: (() => void) | null = null

  const blind: Rule = { name: BLIND_RULE_NAME, kind: 'no-data', forSeconds: 6, channels: [], enabled: true }
  const channels = () => [...config.channels, ...pageChannels]
  const rules = (): Rule[] => [...config.rules, ...pageRules, { ...blind, channels: channels().map((c) => c.name) }]
  const isSilenced = (rule: string) => (silences[rule] ?? 0) > runtime.clock.nowMs()

  const memory = (): AlertMemory => ({
    ...EMPTY_MEMORY,
    episodes: [...episodes.values()],
    history,
    outbox: outbox?.list() ?? [],
    rules: pageRules,
    channels: pageChannels,
    silences,
  })

  function changed(): Promise<void> {
    for (const listener of listeners) listener()
    return store.save(memory())
  }

  function evaluate(forgotten: readonly string[] = []): void {
    const sources: Sources = { ...options, isForgotten: (worker) => forgotten.includes(worker) }
    const now = { wallMs: runtime.clock.nowMs(), monotonicMs: runtime.clock.monotonicMs() }
    evaluatedMs = now.wallMs
    unaged = new Set()
    let anyChange = false
    const live = rules().filter((rule) => rule.enabled)
    const names = new Set(live.map((rule) => rule.name))
    watchSchedules(live.some(isAboutSchedules))
    // The rule of an episode was deleted or switched off: it ends, untold.
    for (const [id, episode] of episodes) if (!names.has(episode.rule)) anyChange = episodes.delete(id) || anyChange

    for (const rule of live) {
      const known = [...episodes.values()].filter((episode) => episode.rule === rule.name)
      const before = new Map(known.map((episode) => [episode.subject, episode]))
      const resolved: Episode[] = []
      const readings = readRule(rule, sources, [...before.keys()], now.wallMs)
      if (rule.kind === 'oldest-message' && readings.some(({ value }) => value === null)) unaged.add(rule.name)
      for (const reading of readings) {
        const was = before.get(reading.subject) ?? null
        const next = nextEpisode(was, reading, now)
        if (next === was) continue
        anyChange = true
        if (next === null) {
          if (was !== null) episodes.delete(was.id)
        } else if (next.state === 'resolved') {
          episodes.delete(next.id)
          history = [next, ...history].slice(0, KEEP_HISTORY)
          resolved.push(next)
        } else {
          episodes.set(next.id, next)
        }
      }
      anyChange = tellFiring(rule) || anyChange
      // Of what was never told to be wrong, nobody needs to hear that it is well again.
      tell(
        rule,
        'resolved',
        resolved.filter((episode) => episode.told),
      )
    }
    if (anyChange) void changed()
  }

  function watchSchedules(wanted: boolean): void {
    if (wanted) unwatchSchedules ??= options.watchSchedules?.() ?? null
    else {
      unwatchSchedules?.()
      unwatchSchedules = null
    }
  }

  /** What fires and was not told yet: new, or held back by a silence that is over. True when there was any. */
  function tellFiring(rule: Rule): boolean {
    if (isSilenced(rule.name)) return false
    const untold = [...episodes.values()].filter(
      (episode) => episode.rule === rule.name && episode.state === 'firing' && !episode.told,
    )
    const told = untold.map((episode) => ({ ...episode, told: true }))
    for (const episode of told) episodes.set(episode.id, episode)
    tell(rule, 'firing', told)
    return told.length > 0
  }

  function tell(rule: Rule, about: 'firing' | 'resolved', which: readonly Episode[]): void {
    if (which.length === 0 || outbox === null || isSilenced(rule.name)) return
    runtime.log.info(`alert ${about}`, { rule: rule.name, subjects: which.slice(0, 5).map((each) => each.subject) })
    for (const channel of rule.channels) {
      const parts = { id: randomUUID(), nowMs: runtime.clock.nowMs() }
      outbox.add(createNotification(about, rule.name, channel, which, parts))
    }
  }

  async function tick(): Promise<void> {
    while (!stopping.signal.aborted) {
      evaluate()
      await runtime.clock.sleep(EVERY_MS, stopping.signal)
    }
  }

  function mayEdit(kind: 'rule' | 'channel', name: string): void {
    const inFile = kind === 'rule' ? config.rules : config.channels
    const built = name === BLIND_RULE_NAME && kind === 'rule'
    if (!built && !inFile.some((item) => item.name === name)) return
    const where = built ? 'is built in' : 'stands in the config file; change it there'
    throw new UmbelError('action/invalid', {
      action: `alert.${kind}`,
      field: 'name',
      expected: `another name: ${JSON.stringify(name)} ${where}`,
    })
  }

  const edit: AlertEditor = {
    async saveRule(input) {
      const rule = parseByPerson('alert.save-rule', ruleSchema, input)
      mayEdit('rule', rule.name)
      const missing = rule.channels.find((name) => !channels().some((channel) => channel.name === name))
      if (missing !== undefined) throw new UmbelError('alert/unknown-channel', { name: missing })
      pageRules = bounded([...pageRules.filter((each) => each.name !== rule.name), rule], 'alert.save-rule')
      evaluate()
      await changed()
    },
    async deleteRule(name) {
      mayEdit('rule', name)
      if (!pageRules.some((rule) => rule.name === name)) throw new UmbelError('alert/unknown-rule', { name })
      pageRules = pageRules.filter((rule) => rule.name !== name)
      const { [name]: _, ...others } = silences
      silences = others
      evaluate()
      await changed()
    },
    async silence(rule, forMs) {
      if (!rules().some((each) => each.name === rule)) throw new UmbelError('alert/unknown-rule', { name: rule })
      silences = { ...silences, [rule]: runtime.clock.nowMs() + forMs }
      await changed()
    },
    async saveChannel(input) {
      const channel = parseByPerson('alert.save-channel', channelSchema, input)
      mayEdit('channel', channel.name)
      pageChannels = bounded(
        [...pageChannels.filter((each) => each.name !== channel.name), channel],
        'alert.save-channel',
      )
      await changed()
    },
    async deleteChannel(name) {
      mayEdit('channel', name)
      if (!pageChannels.some((channel) => channel.name === name))
        throw new UmbelError('alert/unknown-channel', { name })
      pageChannels = pageChannels.filter((channel) => channel.name !== name)
      pageRules = pageRules.map((rule) => ({ ...rule, channels: rule.channels.filter((each) => each !== name) }))
      await changed()
    },
    async testChannel(name) {
      const channel = channels().find((each) => each.name === name)
      if (channel === undefined || outbox === null) throw new UmbelError('alert/unknown-channel', { name })
      const nowMs = runtime.clock.nowMs()
      const sample = {
        id: 'test',
        subject: 'test',
        text: 'A test from Umbel; nothing is wrong',
        value: null,
        limit: null,
        sinceMs: nowMs,
        resolvedMs: null,
      }
      const notification = {
        id: randomUUID(),
        channel: name,
        about: 'test' as const,
        rule: 'Test',
        createdMs: nowMs,
        alerts: [sample],
        more: 0,
      }
      return notificationView(await outbox.sendNow(channel, notification))
    },
    async forgetWorkers(names) {
      const before = new Set(episodes.keys())
      evaluate(names)
      const ended = [...before].some((id) => !episodes.has(id))
      if (ended) await changed()
      return ended
    },
  }

  return {
    name: 'alerts',
    edit,
    async start() {
      const saved = await store.load()
      pageRules = saved.rules.flatMap((rule) => parsedOrNothing(ruleSchema.safeParse(rule)))
      pageChannels = saved.channels.flatMap((channel) => parsedOrNothing(channelSchema.safeParse(channel)))
      silences = { ...saved.silences }
      episodes = new Map(saved.episodes.map((episode) => [episode.id, episode]))
      history = [...saved.history]
      outbox = createOutbox({
        runtime,
        saved: saved.outbox,
        channel: (name) => channels().find((each) => each.name === name),
        stored: changed,
      })
      stopRounds = options.queues.onRound(() => evaluate())
      // The first look waits for the first round: before it nothing is known, and unknown is not trouble.
      loop = runtime.clock.sleep(EVERY_MS, stopping.signal).then(tick)
    },
    async stop() {
      stopping.abort()
      stopRounds()
      watchSchedules(false)
      await loop
      await outbox?.stop()
      await store.save(memory())
    },
    view(): AlertsView {
      const known = { rules: rules(), fileRules: config.rules, channels: channels(), fileChannels: config.channels }
      return alertsView({
        ...known,
        episodes: [...episodes.values()],
        history,
        outbox: outbox?.list() ?? [],
        silences,
        evaluatedMs,
        unaged,
        blindReason: options.queues.latest().error,
        unread:
          options
            .scheduled?.()
            .readers.filter(({ error }) => error !== null)
            .map(({ source }) => source.name) ?? [],
        nowMs: runtime.clock.nowMs(),
      })
    },
    get firing() {
      return [...episodes.values()].filter((episode) => episode.state === 'firing' && !isSilenced(episode.rule)).length
    },
    forQueue(queue) {
      const covering = rules().filter((rule) => isAboutQueues(rule) && rule.enabled && matchesGlob(rule.queue, queue))
      const limits = covering.flatMap((rule) => (rule.kind === 'queue-length' ? [rule.above] : []))
      return { limit: limits.length === 0 ? null : Math.min(...limits), state: worst(covering, queue) }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }

  function worst(covering: readonly Rule[], queue: string): AlertState {
    const names = new Set(covering.map((rule) => rule.name))
    const states = [...episodes.values()]
      .filter((each) => each.subject === queue && names.has(each.rule))
      .map((each) => each.state)
    return states.includes('firing') ? 'firing' : states.includes('pending') ? 'pending' : 'ok'
  }
}

function bounded<T>(items: T[], action: string): T[] {
  if (items.length <= MAX_PAGE_ITEMS) return items
  throw new UmbelError('action/invalid', { action, field: 'name', expected: `at most ${MAX_PAGE_ITEMS} of them` })
}

function parsedOrNothing<T>(result: { readonly success: true; readonly data: T } | { readonly success: false }): T[] {
  return result.success ? [result.data] : []
}
