/** What stands in a view where its reader may not see something (`--hide-arguments`). */
export const HIDDEN = '(hidden)'
