'use client'

import NextLink from 'next/link'
import type { ComponentProps } from 'react'
import { usePageSettings } from './page-settings.tsx'

/** Next's link, to a path of ours. */
export function Link({ href, ...rest }: Omit<ComponentProps<typeof NextLink>, 'href'> & { readonly href: string }) {
  const { prefix } = usePageSettings()
  return <NextLink href={href.startsWith('/') ? prefix + href : href} {...rest} />
}
