/** The results of a group, under an id by which they can be saved and found again (wire.md E3). */
import type { ResultTuple } from './canvas/result-node.ts'
import type { ResultHome } from './result-home.ts'
import type { ResultNode } from './result-nodes.ts'
import { ResultSet } from './result-set.ts'

export class GroupResult extends ResultSet {
  readonly id: string
  readonly parent: ResultNode | null

  constructor(id: string, results: Iterable<ResultNode>, home: ResultHome, parent: ResultNode | null = null) {
    super(results, home)
    this.id = id
    this.parent = parent
  }

  /** What was saved under this id, or null. */
  static async restore(id: string, home: ResultHome): Promise<GroupResult | null> {
    const saved = await (await home.resultSource()).store.getGroup(id)
    if (saved === null) return null
    const found = home.resultFromTuple([[saved.id, saved.parent], saved.results])
    return found instanceof GroupResult ? found : null
  }

  /** Keeps the ids, as long as results are kept, so that `restore` finds the group anywhere. */
  async save(): Promise<void> {
    const { store } = await this.home.resultSource()
    const [[id, parent], results] = this.asTuple()
    await store.saveGroup({ id, parent, results: results ?? [] }, this.home.compiled.resultExpiresMs)
  }

  /** Undoes `save`; the results stay. */
  async delete(): Promise<void> {
    await (await this.home.resultSource()).store.deleteGroup(this.id)
  }

  async children(): Promise<readonly ResultNode[]> {
    return this.results
  }

  asTuple(): ResultTuple {
    return [[this.id, this.parent?.asTuple() ?? null], this.results.map((result) => result.asTuple())]
  }

  asList(): readonly string[] {
    return [this.id, ...(this.parent?.asList() ?? [])]
  }

  override toString(): string {
    return this.id
  }

  equals(other: unknown): boolean {
    return other instanceof GroupResult ? other.id === this.id : other === this.id
  }
}
