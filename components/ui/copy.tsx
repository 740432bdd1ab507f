'use client'

import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './icon-button.tsx'
import { showToast } from './toast.ts'

/** Copies the exact text. */
export function Copy({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [done, setDone] = useState(false)
  return (
    <IconButton
      label={done ? 'Copied' : label}
      icon={done ? Check : CopyIcon}
      className="size-6"
      onClick={async () => {
        if (!(await copyText(text))) return
        setDone(true)
        setTimeout(() => setDone(false), 1_500)
      }}
    />
  )
}

/** Puts a text on the clipboard; where the browser forbids it, a toast says so and gives false. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** `navigator.clipboard` exists only in secure contexts; a dashboard on plain HTTP is a common case. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'fixed -top-96'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (!done) showToast({ level: 'bad', text: 'The browser did not allow copying.' })
  return done
}
