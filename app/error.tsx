'use client'

import { Page } from '../components/frame/page.tsx'
import { Button } from '../components/ui/button.tsx'
import { Empty } from '../components/ui/empty.tsx'

/** The page itself failed. What it showed is lost, the cluster is not touched. */
export default function PageError({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <Page title="This page failed">
      <Empty title="Umbel could not draw this page.">
        <p>Nothing in your cluster changed. The details are in the browser's console.</p>
        <Button onClick={reset}>Try again</Button>
      </Empty>
    </Page>
  )
}
