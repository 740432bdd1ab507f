import { Page } from '../components/frame/page.tsx'
import { Empty } from '../components/ui/empty.tsx'
import { Link } from '../components/ui/link.tsx'

export default function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no page at this address.">
        <Link href="/" className="link">
          Go to the Overview
        </Link>
      </Empty>
    </Page>
  )
}
