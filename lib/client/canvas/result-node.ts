/** Which results a canvas will have, before there are objects for them: ids, members of groups, parents. */
export interface ResultNode {
  id: string
  /** The step before; for the body of a chord its header. */
  parent: ResultNode | null
  /** The members of a group; null for a single task. */
  readonly results: readonly ResultNode[] | null
}

/** `[[id, parent], members]`, Celery's result tuple (wire.md E2). */
export type ResultTuple = readonly [readonly [string, ResultTuple | null], readonly ResultTuple[] | null]

export function tupleOf({ id, parent, results }: ResultNode): ResultTuple {
  return [[id, parent === null ? null : tupleOf(parent)], results === null ? null : results.map(tupleOf)]
}

/** The result in which this one began: the farthest parent. */
export function originOf(node: ResultNode): ResultNode {
  let found = node
  while (found.parent !== null) found = found.parent
  return found
}
