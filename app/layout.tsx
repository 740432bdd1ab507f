import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Frame } from '../components/frame/frame.tsx'
import { PageSettingsProvider } from '../components/ui/page-settings.tsx'
import { PAGE_SETTINGS_HEADER, readPageSettings } from '../lib/live/page-settings.ts'
import { mono, sans } from './fonts.ts'
import './globals.css'

export const metadata: Metadata = {
  title: 'Umbel',
  description: 'What your Celery cluster does, live.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfcfe' },
    { media: '(prefers-color-scheme: dark)', color: '#0c1015' },
  ],
}

/** Runs before the first paint: whoever chose no theme gets the system's. */
const FOLLOW_SYSTEM = `(function(d){if(!d.dataset.theme)d.dataset.theme=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'})(document.documentElement)`

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // Reading the request makes every page dynamic, so that Next puts the nonce of this request on its scripts.
  const [header, jar] = await Promise.all([headers(), cookies()])
  const nonce = /'nonce-([^']+)'/.exec(header.get('content-security-policy') ?? '')?.[1]
  const settings = readPageSettings(header.get(PAGE_SETTINGS_HEADER))
  const theme = jar.get('umbel-theme')?.value
  const density = jar.get('umbel-density')?.value
  const side = jar.get('umbel-side')?.value
  return (
    <html
      lang="en"
      className={`${sans.variable} ${mono.variable}`}
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
      data-density={density === 'compact' || density === 'normal' || density === 'roomy' ? density : undefined}
      data-prefix={settings.prefix === '' ? undefined : settings.prefix}
      data-side={side === 'narrow' ? 'narrow' : undefined}
      suppressHydrationWarning
    >
      <head>
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: FOLLOW_SYSTEM }} suppressHydrationWarning />
      </head>
      <body>
        <PageSettingsProvider settings={settings}>
          <Frame>{children}</Frame>
        </PageSettingsProvider>
      </body>
    </html>
  )
}
