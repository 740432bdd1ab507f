'use client'

import { Hash, Mail, Send, Trash2, Webhook } from 'lucide-react'
import { useState } from 'react'
import type { ChannelView, NotificationView, RuleView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Empty } from '../ui/empty.tsx'
import { plural } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Panel } from '../ui/panel.tsx'
import { NotificationLine } from './notification-line.tsx'
import { isNotification } from './notification-text.ts'

const KINDS = {
  webhook: { word: 'Webhook', icon: Webhook },
  slack: { word: 'Slack', icon: Hash },
  email: { word: 'E-mail', icon: Mail },
} as const

type Props = {
  readonly channels: readonly ChannelView[]
  readonly rules: readonly RuleView[]
  readonly cannotAct: string | null
}

/** Where messages go, and how the last one fared. */
export function ChannelList({ channels, rules, cannotAct }: Props) {
  const [removing, setRemoving] = useState<string | null>(null)
  const action = useAction()
  if (channels.length === 0) {
    return (
      <Empty title="No channel yet">
        Alerts are shown here. To be told elsewhere, add a webhook, a Slack channel or an e-mail address.
      </Empty>
    )
  }
  const users = rules.filter((rule) => removing !== null && rule.channels.includes(removing)).length
  return (
    <Panel flush>
      <ul>
        {channels.map((channel) => (
          <Channel
            key={channel.name}
            channel={channel}
            cannotAct={cannotAct}
            onRemove={() => setRemoving(channel.name)}
          />
        ))}
      </ul>
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        level={2}
        danger
        title={`Delete the channel ${removing ?? ''}?`}
        verb="Delete channel"
        facts={[users === 0 ? 'No rule tells it.' : `${plural(users, 'rule')} will no longer tell it.`]}
        onConfirm={() => action.run('alert.delete-channel', { name: removing ?? '' })}
      />
    </Panel>
  )
}

type ChannelProps = { readonly channel: ChannelView; readonly cannotAct: string | null; readonly onRemove: () => void }

function Channel({ channel, cannotAct, onRemove }: ChannelProps) {
  const action = useAction()
  const [tested, setTested] = useState<NotificationView | null>(null)
  const last = tested !== null && tested.atMs >= (channel.last?.atMs ?? 0) ? tested : channel.last
  const { word, icon: Icon } = KINDS[channel.kind]
  const fromFile = channel.source === 'file' ? 'It comes from the config file: change it there' : null
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-line/60 border-b px-cell-x py-2.5 last:border-b-0">
      <span className="inline-flex w-36 shrink-0 items-center gap-1.5 text-fg-2">
        <Icon size={14} strokeWidth={1.75} className="text-fg-3" aria-hidden />
        {word}
      </span>
      <div className="flex min-w-60 flex-1 flex-col gap-0.5">
        <p className="flex flex-wrap items-center gap-2 text-base">
          <span className="break-words font-medium">{channel.name}</span>
          {channel.source === 'file' && <Badge>config file</Badge>}
        </p>
        <p className="break-all font-mono text-fg-2 text-xs">{channel.target}</p>
        {last === null ? (
          <span className="text-fg-3 text-xs">Nothing was sent there yet.</span>
        ) : (
          <NotificationLine notification={last} />
        )}
      </div>
      <span className="flex items-center gap-1">
        <Button
          icon={Send}
          busy={action.busy}
          disabledReason={cannotAct}
          onClick={() =>
            void action.run('alert.test-channel', { name: channel.name }).then(
              ({ data }) => {
                if (isNotification(data)) setTested(data)
              },
              () => {}, // what is refused is said in a toast
            )
          }
        >
          Send test
        </Button>
        <IconButton
          icon={Trash2}
          label={`Delete ${channel.name}`}
          disabledReason={fromFile ?? cannotAct}
          onClick={onRemove}
        />
      </span>
    </li>
  )
}
