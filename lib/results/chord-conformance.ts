/** What every backend with chords must do (RES-6, RES-7), as tests that each implementation runs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { meta, type ResultsExercise } from './conformance.ts'
import type { ChordPart, Chords, ResultStore } from './results.ts'

export interface ChordsExercise extends ResultsExercise {
  /** Lets a claim of the default length run out. */
  expireClaim(store: ResultStore, groupId: string): Promise<void>
}

function part(taskId: string, groupIndex: number | null, result: unknown = taskId, state = 'SUCCESS'): ChordPart {
  return { taskId, groupIndex, state, result }
}

export function exerciseChords(name: string, exercise: ChordsExercise): void {
  describe(`${name} chords`, () => {
    let store: ResultStore
    let chords: Chords
    beforeEach(async () => {
      store = await exercise.open()
      if (store.chords === null) throw new Error('this backend has no chords')
      chords = store.chords
    })
    afterEach(() => exercise.close(store))

    it('RES-6 gives the claim to the last part, and all parts in the order of the header', async () => {
      await chords.setSize('g', 3)
      expect(await chords.addPart('g', part('c', 2))).toBeNull()
      expect(await chords.addPart('g', part('a', 0, { n: [1, 'ä'] }))).toBeNull()
      const claim = await chords.addPart('g', part('b', 1, null))
      expect(await claim?.parts()).toEqual([part('a', 0, { n: [1, 'ä'] }), part('b', 1, null), part('c', 2)])
      expect(await claim?.extend(20_000)).toBe(true)
      await claim?.done()
      expect(await chords.addPart('g', part('b', 1))).toBeNull()
      expect(await chords.retake('g')).toBeNull()
    })

    it('RES-6 counts a part once, however often it comes', async () => {
      await chords.setSize('g', 2)
      expect(await chords.addPart('g', part('a', 0, 1))).toBeNull()
      expect(await chords.addPart('g', part('a', 0, 2))).toBeNull()
      const claim = await chords.addPart('g', part('b', 1))
      expect((await claim?.parts())?.map(({ result }) => result)).toEqual([1, 'b'])
    })

    it('RES-6 one of many who finish at once gets the claim, also when the size comes last', async () => {
      const ids = Array.from({ length: 100 }, (_, index) => index)
      await chords.setSize('g', ids.length)
      const claims = await Promise.all(ids.map((index) => chords.addPart('g', part(`t${index}`, index))))
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1)
      expect(await chords.addPart('late', part('a', 0))).toBeNull()
      await chords.setSize('late', 2)
      expect(await chords.addPart('late', part('b', 1))).not.toBeNull()
    })

    it('RES-6 waits for what was added, and gives failures as they are stored', async () => {
      const failure = { exc_type: 'ValueError', exc_message: ['x'], exc_module: 'builtins' }
      await chords.setSize('g', 1)
      await chords.addToSize('g', 1)
      expect(await chords.addPart('g', part('a', 0, failure, 'FAILURE'))).toBeNull()
      const claim = await chords.addPart('g', part('b', null))
      expect(await claim?.parts()).toEqual([part('a', 0, failure, 'FAILURE'), part('b', null)])
      await claim?.failed()
      expect(await chords.addPart('g', part('b', null))).toBeNull()
    })

    it('RES-6 somebody else gets the claim of one who died, and the dead one has lost it', async () => {
      await chords.setSize('g', 1)
      const first = await chords.addPart('g', part('a', 0))
      expect(first).not.toBeNull()
      expect(await chords.addPart('g', part('a', 0))).toBeNull()
      expect(await chords.retake('g')).toBeNull()
      await exercise.expireClaim(store, 'g')
      const second = await chords.retake('g')
      expect((await second?.parts())?.length).toBe(1)
      expect(await first?.extend(1000)).toBe(false)
      expect(await second?.extend(1000)).toBe(true)
      await first?.done()
      await exercise.expireClaim(store, 'g')
      expect(await chords.addPart('g', part('a', 0))).not.toBeNull()
    })

    it('RES-6 a claim that ran out unnoticed is extended all the same', async () => {
      await chords.setSize('g', 1)
      const claim = await chords.addPart('g', part('a', 0))
      await exercise.expireClaim(store, 'g')
      expect(await claim?.extend(20_000)).toBe(true)
      expect(await chords.retake('g')).toBeNull()
    })

    it('RES-6 the same chord may be run again', async () => {
      for (let run = 0; run < 2; run++) {
        await chords.setSize('g', 1)
        const claim = await chords.addPart('g', part('a', 0, run))
        expect((await claim?.parts())?.map(({ result }) => result)).toEqual([run])
        await claim?.done()
      }
    })

    it('RES-6 joins through a saved group, with lists for the groups in it', async () => {
      const leaf = (id: string) => [[id, null], null]
      const inner = [
        ['inner', null],
        [leaf('b'), leaf('c')],
      ]
      await store.saveGroup({ id: 'g', parent: null, results: [leaf('a'), inner] }, 60_000)
      await chords.setSize('g', 3)
      for (const id of ['a', 'b', 'c']) await store.set(meta(id, 'SUCCESS', id), null)
      await chords.addPart('g', part('a', 0))
      await chords.addPart('g', part('b', 1))
      const claim = await chords.addPart('g', part('c', 2))
      expect((await claim?.parts())?.map(({ result }) => result)).toEqual(['a', ['b', 'c']])
    })
  })
}
