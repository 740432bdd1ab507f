import { useMe } from '../live/use-me.ts'
import { Empty } from '../ui/empty.tsx'

/** Instead of what a person may not see: what it would be, and why not. */
export function AdminsOnly({ what }: { readonly what: string }) {
  const { cannotAdmin } = useMe()
  return <Empty title={`Only admins see ${what}.`}>{cannotAdmin !== null && <p>{cannotAdmin}.</p>}</Empty>
}
