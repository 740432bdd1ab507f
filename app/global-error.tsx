'use client'

import './globals.css'
import { Button } from '../components/ui/button.tsx'

/** The frame itself failed: the last page that can be shown. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>Umbel</title>
        <main className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-24 text-center">
          <h1 className="text-lg font-semibold">Umbel could not draw this page.</h1>
          <p className="text-sm text-fg-2">
            Nothing in your cluster changed. If Umbel was just updated, loading the page again is enough.
          </p>
          <Button variant="primary" onClick={() => window.location.reload()}>
            Load again
          </Button>
        </main>
      </body>
    </html>
  )
}
