'use client'

import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { useStore } from '../ui/store.ts'
import { Switch } from '../ui/switch.tsx'
import { keysOn, setKeysOn } from './keys.ts'

type Entry = readonly [keys: string, does: string]

const GROUPS: readonly { readonly title: string; readonly entries: readonly Entry[] }[] = [
  {
    title: 'Everywhere',
    entries: [
      ['⌘ K', 'Search or do'],
      ['?', 'This list'],
      ['/', 'Search box'],
      ['p', 'Pause, go on'],
      ['t', 'Times as age, local, UTC'],
      ['d', 'Light, dark'],
      ['Shift d', 'Density'],
      ['\\', 'Side bar'],
    ],
  },
  {
    title: 'Go to',
    entries: [
      ['g o', 'Overview'],
      ['g t', 'Tasks'],
      ['g q', 'Queues'],
      ['g w', 'Workers'],
      ['g s', 'Schedules'],
      ['g a', 'Alerts'],
      ['g b', 'Broker'],
      ['g ,', 'Settings'],
    ],
  },
  {
    title: 'Lists',
    entries: [
      ['j k', 'Next, previous row'],
      ['Enter', 'Open'],
      ['Space', 'Peek'],
      ['x', 'Select'],
      ['Shift j k', 'Extend the selection'],
      ['⌘ A', 'Select the shown; again: all that match'],
      ['f', 'Filter by the marked cell'],
      ['Shift f', 'Leave it out'],
      ['← →', 'Mark another cell'],
      ['e', 'Export'],
      ['.', 'Take the new rows'],
      ['Esc', 'Close, clear, leave'],
    ],
  },
  {
    title: 'Overview',
    entries: [
      ['1 2 3 4 5', 'Open what a figure counts'],
      ['Enter', 'Open what needs attention first'],
    ],
  },
  {
    title: 'Task',
    entries: [
      ['r', 'Retry…'],
      ['Shift x', 'Revoke…'],
      ['y', 'Copy id'],
      ['Shift y', 'Copy link'],
      ['[ ]', 'Previous, next of the list it came from'],
    ],
  },
]

/** All single keys, and the switch to turn them off. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const on = useStore(keysOn, true)
  return (
    <Dialog
      open
      wide
      title="Keys"
      onClose={onClose}
      footer={<Switch label="Single keys" checked={on} onChange={setKeysOn} />}
    >
      <div className="grid grid-cols-2 gap-x-10 gap-y-5 max-md:grid-cols-1">
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-xs font-medium text-fg-3">{group.title}</h3>
            <dl className="flex flex-col gap-1.5 text-sm">
              {group.entries.map(([keys, does]) => (
                <div key={keys} className="flex items-center justify-between gap-4">
                  <dt className="text-fg-2">{does}</dt>
                  <dd className="flex gap-1">
                    {keys.split(' ').map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
