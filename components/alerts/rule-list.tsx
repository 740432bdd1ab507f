'use client'

import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { RuleView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { useMe } from '../live/use-me.ts'
import { Badge } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { cx } from '../ui/cx.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Ago } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { AlertStateMark } from './alert-state.tsx'
import { SilenceMenu } from './silence-menu.tsx'

type Props = {
  readonly rules: readonly RuleView[]
  readonly cannotAct: string | null
  readonly onEdit: (rule: RuleView) => void
}

const NOT_HERE: Readonly<Record<RuleView['source'], string | null>> = {
  file: 'It comes from the config file: change it there',
  'built-in': 'It is built in, so that alerts never fall silent unseen',
  page: null,
}
const SOURCE_WORDS: Readonly<Record<RuleView['source'], string | null>> = {
  file: 'config file',
  'built-in': 'built in',
  page: null,
}

/** All rules: each as a sentence, how it stands, and who it tells. */
export function RuleList({ rules, cannotAct, onEdit }: Props) {
  const [removing, setRemoving] = useState<RuleView | null>(null)
  const action = useAction()
  return (
    <Panel flush>
      <ul>
        {rules.map((rule) => (
          <Rule key={rule.name} rule={rule} cannotAct={cannotAct} onEdit={onEdit} onRemove={setRemoving} />
        ))}
      </ul>
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        level={2}
        danger
        title={`Delete the rule ${removing?.name ?? ''}?`}
        verb="Delete rule"
        facts={['Alerts of this rule that fire now end without a message.', 'Its history stays.']}
        onConfirm={() => action.run('alert.delete-rule', { name: removing?.name ?? '' })}
      />
    </Panel>
  )
}

type RuleProps = Omit<Props, 'rules'> & { readonly rule: RuleView; readonly onRemove: (rule: RuleView) => void }

function Rule({ rule, cannotAct, onEdit, onRemove }: RuleProps) {
  const { cannotAdmin } = useMe()
  const isOff = rule.settings['enabled'] === false
  const notHere = NOT_HERE[rule.source]
  const source = SOURCE_WORDS[rule.source]
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-line/60 border-b px-cell-x py-2.5 last:border-b-0">
      <span className="w-36 shrink-0">
        {isOff ? (
          <span className="text-fg-3">Switched off</span>
        ) : (
          <AlertStateMark state={rule.state} silenced={rule.silencedUntilMs !== null} />
        )}
      </span>
      <div className={cx('min-w-60 flex-1', isOff && 'text-fg-3')}>
        <p className="flex flex-wrap items-center gap-2 text-base">
          <span className="break-words font-medium">{rule.name}</span>
          {source !== null && <Badge>{source}</Badge>}
        </p>
        <p className="break-words text-fg-2 text-sm">{rule.sentence}</p>
        <p className="text-fg-3 text-xs">
          {told(rule)}
          {rule.silencedUntilMs !== null && (
            <>
              {' '}
              Silenced, ends <Ago ms={rule.silencedUntilMs} />.
            </>
          )}
        </p>
      </div>
      <span className="flex items-center">
        <SilenceMenu rule={rule.name} isSilenced={rule.silencedUntilMs !== null} cannotAct={cannotAct} />
        <IconButton
          icon={Pencil}
          label={`Edit ${rule.name}`}
          disabledReason={notHere ?? cannotAdmin}
          onClick={() => onEdit(rule)}
        />
        <IconButton
          icon={Trash2}
          label={`Delete ${rule.name}`}
          disabledReason={notHere ?? cannotAdmin}
          onClick={() => onRemove(rule)}
        />
      </span>
    </li>
  )
}

function told(rule: RuleView): string {
  if (rule.source === 'built-in') return 'Tells every channel.'
  return rule.channels.length === 0 ? 'Tells nobody; it is only shown here.' : `Tells ${rule.channels.join(', ')}.`
}
