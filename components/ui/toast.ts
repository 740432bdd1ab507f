import { createStore } from './store.ts'

export type ToastLevel = 'info' | 'good' | 'warn' | 'bad'

export interface Toast {
  readonly id: number
  readonly level: ToastLevel
  readonly text: string
  /** True while what it tells of is under way: it stays. */
  readonly busy: boolean
  readonly action: { readonly label: string; readonly href?: string; readonly run?: () => void } | null
}

export interface ToastInput {
  readonly level?: ToastLevel
  readonly text: string
  readonly busy?: boolean
  readonly action?: Toast['action']
}

/** Never more than this at once; the oldest goes. */
const MOST = 3

export const toasts = createStore<readonly Toast[]>([])
let lastId = 0

/** Shows a toast, or changes the one with this id. Gives its id. */
export function showToast(input: ToastInput, id?: number): number {
  const toast: Toast = {
    id: id ?? ++lastId,
    level: input.level ?? 'info',
    text: input.text,
    busy: input.busy ?? false,
    action: input.action ?? null,
  }
  const shown = toasts.get()
  const known = shown.some((one) => one.id === toast.id)
  toasts.set(known ? shown.map((one) => (one.id === toast.id ? toast : one)) : [...shown, toast].slice(-MOST))
  announce(toast.text)
  return toast.id
}

export function closeToast(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id))
}

/** What the page's one live region says. */
export const announcement = createStore('')

export function announce(text: string): void {
  announcement.set(text)
}
