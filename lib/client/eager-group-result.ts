/** The results of a group that has run here already: nothing is asked of a backend (client-cli.md A6). */
import { PROPAGATE_STATES } from '../protocol/states.ts'
import { EagerResult } from './eager-result.ts'
import { GroupResult } from './group-result.ts'
import { mustNotBlock } from './join-rule.ts'
import type { ResultNode } from './result-nodes.ts'
import type { JoinOptions } from './result-set.ts'

export class EagerGroupResult extends GroupResult {
  /** The same group, after another step. */
  after(parent: ResultNode | null): EagerGroupResult {
    return new EagerGroupResult(this.id, this.results, this.home, parent)
  }

  /** The values in order, without asking whether one may wait here. */
  take(propagate = true): unknown[] {
    return this.results.map((result) => takeFrom(result, propagate))
  }

  override async get({ propagate = true, disableSyncSubtasks = true, callback }: JoinOptions = {}): Promise<unknown[]> {
    if (disableSyncSubtasks) mustNotBlock()
    const values = this.take(propagate)
    if (callback === undefined) return values
    for (const [index, value] of values.entries()) callback(this.results[index]?.id ?? '', value)
    return []
  }

  override join(options: JoinOptions = {}): Promise<unknown[]> {
    return this.get(options)
  }

  override joinNative(options: JoinOptions = {}): Promise<unknown[]> {
    return this.get(options)
  }

  override async ready(): Promise<boolean> {
    return true
  }

  override async successful(): Promise<boolean> {
    return (await this.#states()).every((state) => state === 'SUCCESS')
  }

  override async failed(): Promise<boolean> {
    return (await this.#states()).some((state) => PROPAGATE_STATES.has(state))
  }

  override async completedCount(): Promise<number> {
    return (await this.#states()).filter((state) => state === 'SUCCESS').length
  }

  #states(): Promise<string[]> {
    return Promise.all(this.leaves().map((result) => result.state()))
  }
}

function takeFrom(result: ResultNode, propagate: boolean): unknown {
  return result instanceof EagerResult || result instanceof EagerGroupResult ? result.take(propagate) : null
}
