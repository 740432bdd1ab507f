import { cx } from '../ui/cx.ts'
import { splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { classHref } from './class-href.ts'

/** The name of a task, its module part grey, as the way to the page of its class. */
export function ClassName({ name, className }: { readonly name: string; readonly className?: string }) {
  const { module, base } = splitName(name)
  return (
    <Link
      href={classHref(name)}
      prefetch={false}
      className={cx('min-w-0 truncate hover:underline', className)}
      data-tip={name}
    >
      <span className="text-fg-3">{module}</span>
      {base}
    </Link>
  )
}
