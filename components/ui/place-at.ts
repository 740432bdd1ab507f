const GAP = 4
const EDGE = 8

/** Puts a floating element under its anchor, or above where there is no room, within the window. */
export function placeAt(element: HTMLElement, anchor: Element, align: 'start' | 'end'): void {
  const at = anchor.getBoundingClientRect()
  const size = element.getBoundingClientRect()
  const below = at.bottom + GAP + size.height < window.innerHeight - EDGE
  element.style.top = `${below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - size.height)}px`
  const left = align === 'start' ? at.left : at.right - size.width
  element.style.left = `${Math.min(Math.max(EDGE, left), window.innerWidth - size.width - EDGE)}px`
}
