/** The page of what an action was about; null where there is none. */
export function hrefOf(action: string, target: string): string | null {
  const name = encodeURIComponent(target)
  switch (action) {
    case 'task.revoke':
    case 'task.retry':
    case 'task.abort':
      return `/task/${name}`
    case 'worker.inspect':
      return null
  }
  if (action.startsWith('queue.')) return `/queue/${name}`
  if (action.startsWith('worker.')) return `/worker/${name}`
  if (action.startsWith('schedule.') && action !== 'schedule.save') return `/schedules?q=${name}`
  return null
}
