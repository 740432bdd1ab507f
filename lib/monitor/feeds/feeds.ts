import { messageOf } from '../../errors.ts'
import { formatTopic, parseTopic, type Topic } from '../../live/topic.ts'
import { every } from '../../runtime/every.ts'
import type { Service } from '../../runtime/service.ts'
import type { Feeds, Sight } from '../contracts.ts'
import { hideArguments, withoutArguments } from '../sight.ts'
import { alertsSource } from './alerts.ts'
import { classSource } from './class.ts'
import { classesSource } from './classes.ts'
import { commandsSource } from './commands.ts'
import type { FeedDeps } from './deps.ts'
import { Feed } from './feed.ts'
import { overviewSource } from './overview.ts'
import { queueSource } from './queue.ts'
import { queuesSource } from './queues.ts'
import { scheduleSource } from './schedule.ts'
import { schedulesSource } from './schedules.ts'
import type { News, Source, Touch } from './source.ts'
import { statusSource } from './status.ts'
import { taskSource } from './task.ts'
import { taskActivitySource } from './task-activity.ts'
import { taskGroupsSource } from './task-groups.ts'
import { tasksSource } from './tasks.ts'
import { workerSource } from './worker.ts'
import { workersSource } from './workers.ts'

/** Finer than what a feed waits between two diffs: a tick of the same length would miss every other turn by a hair. */
const TICK_MS = 50
const TIME_NEWS_MS = 1_000

export interface FeedsService extends Feeds, Service {
  /** Sends what is due now; `start` calls it on a timer. */
  flush(): void
  /** Tells all watched topics. */
  publish(news: News): void
}

/**
 * All topics that somebody watches. A topic has one feed however many watch it; it is made for its first watcher and
 * dropped after its last. `watch` gives the snapshot before it returns. Nothing is computed for a topic that nobody
 * watches, nor for one about which there is no news.
 */
export function createFeeds(deps: FeedDeps): FeedsService {
  const { runtime } = deps
  const feeds = new Map<string, Feed>()
  const ended = new AbortController()
  const unlisten: (() => void)[] = []
  let loop: Promise<void> | null = null
  let timeToldMs = Number.NEGATIVE_INFINITY

  const publish = (news: News) => {
    for (const feed of feeds.values()) attempt(feed, () => feed.hear(news))
  }
  const flush = () => {
    if (feeds.size === 0) return
    const nowMs = runtime.clock.monotonicMs()
    if (nowMs - timeToldMs >= TIME_NEWS_MS) {
      timeToldMs = nowMs
      publish({ kind: 'time' })
    }
    const due = [...feeds.values()].filter((feed) => feed.isDue(nowMs))
    // The books that sources keep by the news are of the same moment as the tasks they show: a count agrees with its rows.
    if (due.length > 0) deps.cluster.flush(runtime.clock.nowMs())
    for (const feed of due) attempt(feed, () => feed.flush(nowMs))
  }
  /** One view that cannot be made must not take the others with it. */
  const attempt = (feed: Feed, work: () => void) => {
    try {
      work()
    } catch (error) {
      runtime.log.error('A live view could not be made', { topic: feed.topic, reason: messageOf(error) })
    }
  }
  const blind: FeedDeps = { ...deps, sight: 'no-arguments', shown: hideArguments(deps.shown) }
  const open = (key: string, topic: Topic, sight: Sight): Feed => {
    let feed: Feed | null = null
    const source = seenWith(
      sight,
      sourceOf(sight === 'all' ? deps : blind, topic, () => feed?.touch()),
    )
    feed = new Feed(key, source, runtime.clock.monotonicMs())
    feeds.set(key, feed)
    return feed
  }

  return {
    name: 'feeds',
    publish,
    flush,
    async start() {
      unlisten.push(
        deps.cluster.onChange((changes) => publish({ kind: 'cluster', changes })),
        deps.inspector.onAnswers((worker) => publish({ kind: 'answers', worker })),
        deps.queues.onRound(() => publish({ kind: 'queues' })),
        deps.alerts.onChange(() => publish({ kind: 'alerts' })),
        deps.commands.onChange(() => publish({ kind: 'commands' })),
        deps.schedules.onChange(() => publish({ kind: 'schedules' })),
      )
      loop = every(runtime, { name: 'feeds', everyMs: TICK_MS, atOnce: false }, ended.signal, flush)
    },
    async stop() {
      ended.abort()
      for (const end of unlisten.splice(0)) end()
      for (const feed of feeds.values()) feed.close()
      feeds.clear()
      await loop
    },
    watch(text, watcher, sight = 'all') {
      const topic = parseTopic(text)
      const key = `${sight === 'all' ? '' : `${sight} `}${formatTopic(topic)}`
      const feed = feeds.get(key) ?? open(key, topic, sight)
      return feed.add(watcher, () => {
        feeds.delete(key)
        feed.close()
      })
    },
    get size() {
      let watchers = 0
      for (const feed of feeds.values()) watchers += feed.watchers
      return { topics: feeds.size, watchers }
    },
  }
}

function seenWith(sight: Sight, source: Source): Source {
  if (sight === 'all') return source
  return {
    get everyMs() {
      return source.everyMs
    },
    heeds: (news) => source.heeds(news),
    view: () => withoutArguments(source.view()),
    close: () => source.close?.(),
  }
}

function sourceOf(deps: FeedDeps, topic: Topic, touch: Touch): Source {
  switch (topic.name) {
    case 'status':
      return statusSource(deps)
    case 'overview':
      return overviewSource(deps, topic)
    case 'classes':
      return classesSource(deps, topic, touch)
    case 'class':
      return classSource(deps, topic, touch)
    case 'tasks':
      return tasksSource(deps, topic, touch)
    case 'task-activity':
      return taskActivitySource(deps, topic, touch)
    case 'task-groups':
      return taskGroupsSource(deps, topic, touch)
    case 'task':
      return taskSource(deps, topic, touch)
    case 'workers':
      return workersSource(deps)
    case 'worker':
      return workerSource(deps, topic)
    case 'queues':
      return queuesSource(deps)
    case 'queue':
      return queueSource(deps, topic)
    case 'alerts':
      return alertsSource(deps)
    case 'commands':
      return commandsSource(deps)
    case 'schedules':
      return schedulesSource(deps, touch)
    case 'schedule':
      return scheduleSource(deps, topic)
  }
}
