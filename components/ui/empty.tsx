import type { ReactNode } from 'react'

/** Nothing to show: what that means, and the way on. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-12 text-center">
      <p className="text-base font-medium text-fg">{title}</p>
      {children !== undefined && <div className="flex flex-col items-center gap-3 text-sm text-fg-2">{children}</div>}
    </div>
  )
}
