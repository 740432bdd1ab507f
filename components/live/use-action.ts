'use client'

import { useCallback, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { ActionAnswer, ActionInputs, ActionName } from '../../lib/live/http.ts'
import { showToast } from '../ui/toast.ts'
import { follow } from './followed.ts'
import { post } from './http.ts'

export interface Action {
  /**
   * Asks the server to do it. What was started is followed to its end in a toast. What the server refuses is said in a
   * toast too and thrown again (RequestError), so that a dialog can stay open. `undo`: the toast offers the way back.
   */
  readonly run: <N extends ActionName>(name: N, input: ActionInputs[N], undo?: () => void) => Promise<ActionAnswer>
  readonly busy: boolean
}

export function useAction(): Action {
  const [running, setRunning] = useState(0)
  const run = useCallback(
    async <N extends ActionName>(name: N, input: ActionInputs[N], undo?: () => void): Promise<ActionAnswer> => {
      setRunning((count) => count + 1)
      try {
        const answer = await post<ActionAnswer>(`/umbel/actions/${name}`, input)
        follow(answer.commands, undo)
        return answer
      } catch (error) {
        showToast({ level: 'bad', text: messageOf(error) })
        throw error
      } finally {
        setRunning((count) => count - 1)
      }
    },
    [],
  )
  return { run, busy: running > 0 }
}
