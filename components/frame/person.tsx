'use client'

import { LogOut } from 'lucide-react'
import { useMe } from '../live/use-me.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { withPrefix } from '../ui/prefix.ts'

/** Who is here, and the way out; nothing where nobody has to log in. */
export function Person() {
  const { me } = useMe()
  if (me === null || me.user === null) return null
  return (
    <div className="flex min-h-control items-center gap-1 px-2 text-fg-2 text-xs max-lg:justify-center max-lg:px-0">
      <span className="wide-only min-w-0 flex-1 truncate" data-tip={`${me.user}, ${me.role}`}>
        {me.user}
      </span>
      {me.canLogOut && <IconButton label="Log out" icon={LogOut} onClick={logOut} className="size-7" />}
    </div>
  )
}

/** A whole new page: nothing of this person stays in the browser. */
export function logOut(): void {
  window.location.assign(withPrefix('/logout'))
}
