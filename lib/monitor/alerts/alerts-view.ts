/** The Alerts page as plain JSON, and nothing that opens a door: no addresses, no passwords. */
import type { AlertState, AlertsView, AlertView, NotificationView, RuleView } from '../../live/views.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import { type Channel, channelTarget } from './channel.ts'
import type { Episode } from './episode.ts'
import type { QueuedNotification } from './outbox.ts'
import { BLIND_RULE_NAME, isAboutQueues, isAboutSchedules, type Rule, ruleSentence } from './rule.ts'

export interface AlertsState {
  readonly rules: readonly Rule[]
  readonly fileRules: readonly Rule[]
  readonly channels: readonly Channel[]
  readonly fileChannels: readonly Channel[]
  readonly episodes: readonly Episode[]
  readonly history: readonly Episode[]
  readonly outbox: readonly QueuedNotification[]
  readonly silences: Readonly<Record<string, number>>
  readonly evaluatedMs: number | null
  /** Why the broker cannot be read; null when it can. */
  readonly blindReason: string | null
  /** Rules about the age of messages that found queues of which it is not known. */
  readonly unaged: ReadonlySet<string>
  /** Schedules that cannot be read. */
  readonly unread: readonly string[]
  readonly nowMs: number
}

export function alertsView(state: AlertsState): AlertsView {
  const order = (episode: Episode) => (episode.state === 'firing' ? 0 : 1)
  return {
    active: [...state.episodes]
      .sort((a, b) => order(a) - order(b) || b.sinceMs - a.sinceMs)
      .map((each) => alertView(each, state)),
    rules: state.rules.map((rule) => ruleView(rule, state)),
    channels: state.channels.map((channel) => ({
      name: channel.name,
      kind: channel.kind,
      target: channelTarget(channel),
      source: state.fileChannels.includes(channel) ? 'file' : 'page',
      last: lastOf(state.outbox, channel.name),
    })),
    history: state.history.map((each) => alertView(each, state)),
    evaluatedMs: state.evaluatedMs,
  }
}

function ruleView(rule: Rule, state: AlertsState): RuleView {
  const { channels, name, kind, ...settings } = rule
  const until = state.silences[name] ?? 0
  return {
    name,
    kind,
    sentence: ruleSentence(rule),
    source: name === BLIND_RULE_NAME ? 'built-in' : state.fileRules.includes(rule) ? 'file' : 'page',
    state: ruleState(rule, state),
    silencedUntilMs: until > state.nowMs ? until : null,
    channels,
    settings,
  }
}

function ruleState(rule: Rule, state: AlertsState): AlertState {
  const states = state.episodes.filter((each) => each.rule === rule.name).map((each) => each.state)
  if (states.includes('firing')) return 'firing'
  if (isAboutQueues(rule) && state.blindReason !== null) return 'nodata'
  if (isAboutSchedules(rule) && state.unread.some((source) => isOf(rule, source))) return 'nodata'
  if (state.unaged.has(rule.name) && !states.includes('pending')) return 'nodata'
  return states.includes('pending') ? 'pending' : 'ok'
}

/** Rules about entries look at all sources. */
function isOf(rule: Rule, source: string): boolean {
  return !('source' in rule) || matchesGlob(rule.source, source)
}

function alertView(episode: Episode, state: AlertsState): AlertView {
  const told = state.outbox.filter(
    ({ notification }) =>
      notification.rule === episode.rule &&
      notification.alerts.some((each) => each.id === episode.id && each.sinceMs === episode.sinceMs),
  )
  return {
    // An episode may come again under the same id; the history shows each of them.
    id: episode.resolvedMs === null ? episode.id : `${episode.id}@${episode.sinceMs}`,
    rule: episode.rule,
    subject: episode.subject,
    state: episode.state,
    text: episode.text,
    value: episode.value,
    limit: episode.limit,
    sinceMs: episode.sinceMs,
    resolvedMs: episode.resolvedMs,
    silenced: (state.silences[episode.rule] ?? 0) > state.nowMs,
    notifications: told.map(notificationView),
  }
}

export function notificationView(entry: QueuedNotification): NotificationView {
  const { id, channel, about } = entry.notification
  return { id, channel, about, state: entry.state, attempts: entry.attempts, atMs: entry.atMs, error: entry.error }
}

function lastOf(outbox: readonly QueuedNotification[], channel: string): NotificationView | null {
  const entry = outbox.find((each) => each.notification.channel === channel)
  return entry === undefined ? null : notificationView(entry)
}
