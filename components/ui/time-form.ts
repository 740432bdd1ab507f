import { createStore } from './store.ts'

/** How moments are written: as an age, or as a time of day here or in UTC. The person's choice, kept in the browser. */
export const TIME_FORMS = ['relative', 'local', 'utc'] as const
export type TimeForm = (typeof TIME_FORMS)[number]

const KEY = 'umbel-time'

export const timeForm = createStore<TimeForm>('relative')

export function loadTimeForm(): void {
  const kept = localStorage.getItem(KEY)
  const form = TIME_FORMS.find((one) => one === kept)
  if (form !== undefined) timeForm.set(form)
}

/** Goes on to the next form and says which it is. */
export function nextTimeForm(): TimeForm {
  const next = TIME_FORMS[(TIME_FORMS.indexOf(timeForm.get()) + 1) % TIME_FORMS.length] ?? 'relative'
  timeForm.set(next)
  localStorage.setItem(KEY, next)
  return next
}
