'use client'

import { useState } from 'react'
import type { AlertsView, RuleView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { newRule, parseRuleForm, type RuleForm, type RuleProblems, ruleForm } from './rule-form.model.ts'
import { RuleSentence } from './rule-sentence.tsx'

const KINDS = [
  { value: 'queue-length', label: 'A queue is too long' },
  { value: 'oldest-message', label: 'A message waits too long' },
  { value: 'worker-offline', label: 'A worker is offline' },
  { value: 'failure-rate', label: 'Too many tasks fail' },
  { value: 'beat-missed', label: 'A periodic task did not run' },
  { value: 'beat-down', label: 'No beat works' },
  { value: 'two-beats', label: 'Two beats send the same' },
] as const

type Props = {
  readonly view: AlertsView
  /** Null: a new one. */
  readonly rule: RuleView | null
  readonly onClose: () => void
}

/** A rule, as a sentence with fields. */
export function RuleDialog({ view, rule, onClose }: Props) {
  const [form, setForm] = useState<RuleForm>(() =>
    rule === null ? newRule(view.channels.map((channel) => channel.name)) : ruleForm(rule),
  )
  const [problems, setProblems] = useState<RuleProblems>({})
  const action = useAction()
  const change = (fields: Partial<RuleForm>) => setForm((before) => ({ ...before, ...fields }))

  async function save() {
    const parsed = parseRuleForm(form)
    const isTaken = rule === null && view.rules.some(({ name }) => name === form.name.trim())
    if (!parsed.ok || isTaken) {
      setProblems({ ...(isTaken && { name: 'There is a rule of this name.' }), ...(!parsed.ok && parsed.problems) })
      throw new Error('Something is missing or wrong above.')
    }
    setProblems({})
    await action.run('alert.save-rule', { rule: parsed.rule })
  }

  return (
    <Confirm
      open
      level={1}
      title={rule === null ? 'New rule' : `Edit ${rule.name}`}
      verb="Save rule"
      facts={[]}
      onClose={onClose}
      onConfirm={save}
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" error={problems.name}>
          {(field) => (
            <Input
              {...field}
              data-autofocus={rule === null ? true : undefined}
              readOnly={rule !== null}
              value={form.name}
              placeholder="Queues are long"
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Fires when">
          {(field) => <Select {...field} options={KINDS} value={form.kind} onChange={(kind) => change({ kind })} />}
        </Field>
        <RuleSentence form={form} problems={problems} onChange={change} />
        <Channels form={form} view={view} onChange={change} />
        <Switch label="Judge this rule" checked={form.enabled} onChange={(enabled) => change({ enabled })} />
      </div>
    </Confirm>
  )
}

type ChannelsProps = {
  readonly form: RuleForm
  readonly view: AlertsView
  readonly onChange: (fields: Partial<RuleForm>) => void
}

function Channels({ form, view, onChange }: ChannelsProps) {
  if (view.channels.length === 0) {
    return <p className="text-fg-3 text-sm">There is no channel yet: the rule will only be shown on this page.</p>
  }
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-fg-2">Tell</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {view.channels.map(({ name }) => (
          <Checkbox
            key={name}
            labelled
            label={name}
            checked={form.channels.includes(name)}
            onChange={(on) =>
              onChange({ channels: on ? [...form.channels, name] : form.channels.filter((one) => one !== name) })
            }
          />
        ))}
      </div>
    </fieldset>
  )
}
