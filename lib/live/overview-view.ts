/** Parts of the Overview's view that are of no other page. */

/** Something that happened at a moment, for charts. */
export type MarkView = {
  readonly atMs: number
  readonly kind: 'alert' | 'resolved' | 'action'
  /** "Queue high is late, high"; "Revoke emails.send 8c1f2a3b (anna)" */
  readonly text: string
}

/** How much more (0.4 = 40 %) or less a figure is than at the same time yesterday; null = about the same, or not known. */
export type ChangesView = {
  readonly done: number | null
  readonly failing: number | null
  readonly waiting: number | null
  readonly workers: number | null
  readonly wait: number | null
}
