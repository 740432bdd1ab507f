/** Which kept tasks were called by which. Every kept task is in it at most once, so the tasks' own bound holds here too. */
export interface Children {
  add(parentId: string | null, uuid: string): void
  remove(parentId: string | null, uuid: string): void
  of(parentId: string): readonly string[]
}

export function createChildren(): Children {
  // Most parents have one child: then it stands here without a set of its own.
  const known = new Map<string, string | Set<string>>()
  return {
    add(parentId, uuid) {
      if (parentId === null || parentId === uuid) return
      const before = known.get(parentId)
      if (before === undefined) known.set(parentId, uuid)
      else if (typeof before !== 'string') before.add(uuid)
      else if (before !== uuid) known.set(parentId, new Set([before, uuid]))
    },
    remove(parentId, uuid) {
      if (parentId === null) return
      const before = known.get(parentId)
      if (before === uuid) known.delete(parentId)
      else if (before instanceof Set && before.delete(uuid) && before.size === 0) known.delete(parentId)
    },
    of(parentId) {
      const found = known.get(parentId)
      return found === undefined ? [] : typeof found === 'string' ? [found] : [...found]
    },
  }
}
