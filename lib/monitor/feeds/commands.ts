import type { CommandsView } from '../../live/views.ts'
import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `commands`. */
export function commandsSource({ commands }: FeedDeps): Source {
  return {
    everyMs: 200,
    heeds: (news) => news.kind === 'commands',
    view: (): CommandsView => ({ commands: commands.list() }),
  }
}
