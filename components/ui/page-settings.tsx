'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { DEFAULT_PAGE_SETTINGS, type PageSettings } from '../../lib/live/page-settings.ts'

const Settings = createContext<PageSettings>(DEFAULT_PAGE_SETTINGS)

/** What the server told the page: where it lives, and how the options want it shown. */
export function PageSettingsProvider(props: { readonly settings: PageSettings; readonly children: ReactNode }) {
  return <Settings.Provider value={props.settings}>{props.children}</Settings.Provider>
}

export function usePageSettings(): PageSettings {
  return useContext(Settings)
}
