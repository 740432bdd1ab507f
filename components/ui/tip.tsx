import { cloneElement, isValidElement, type ReactElement } from 'react'

interface Tipped {
  readonly 'data-tip'?: string
}

/**
 * Says more about its child on hover and focus. It only marks the child; one layer for the whole page
 * (`tip-layer.tsx`) shows the text, so that a table of a thousand cells costs nothing. Never the only place of a fact.
 */
export function Tip({ text, children }: { readonly text: string; readonly children: ReactElement<Tipped> }) {
  return isValidElement(children) ? cloneElement(children, { 'data-tip': text }) : children
}
