/** A word of Flower's search asked of a task, as Flower asks it (flower.md 1.5). */
import type { FlowerField } from '../live/task-terms.ts'
import { wordTest } from './find-word.ts'
import { fold } from './flower-search.ts'
import { plainText, reprParts } from './repr-parts.ts'
import type { TaskMatchInput, TaskTest } from './task-test.ts'
import { remembered, type TextTest } from './text-tests.ts'

export function flowerTermTest(field: FlowerField | null, value: string): TaskTest {
  const find = flowerTextTest(field, value)
  const findShared = remembered(find)
  switch (field) {
    case 'state':
      return (task) => findShared(task.state)
    case 'name':
      return (task) => task.name !== null && findShared(task.name)
    case 'worker':
      return (task) => task.worker !== null && findShared(task.worker)
    case 'args':
      return (task) => task.args !== null && find(task.args)
    case 'result':
      return (task) => task.result !== null && find(task.result)
    case 'kwargs':
      return value.includes('=') ? pairTest(fold(value)) : (task) => task.kwargs !== null && find(task.kwargs)
    case null:
      return (task) =>
        find(task.uuid) ||
        (task.name !== null && findShared(task.name)) ||
        findShared(task.state) ||
        (task.worker !== null && findShared(task.worker)) ||
        (task.args !== null && find(task.args)) ||
        (task.kwargs !== null && find(task.kwargs)) ||
        (task.result !== null && find(task.result))
  }
}

/** The test of one text: whole for a state, else anywhere in it. */
export function flowerTextTest(field: FlowerField | null, value: string): TextTest {
  const folded = fold(value)
  if (field === 'state') return (text) => fold(text) === folded
  const isIn = wordTest(folded)
  return (text) => isIn(fold(text))
}

/** `key=value` of a folded text, both without the spaces around them. */
export function pairOf(folded: string): { readonly key: string; readonly value: string } {
  const at = folded.indexOf('=')
  return { key: folded.slice(0, at).trim(), value: folded.slice(at + 1).trim() }
}

/** Both exact after trimming; None is the empty text. */
function pairTest(folded: string): TaskTest {
  const { key, value } = pairOf(folded)
  return ({ kwargs }: TaskMatchInput) => {
    if (kwargs === null) return false
    return reprParts(kwargs).some((part) => foldKey(part.key) === key && foldValue(part.value) === value)
  }
}

function foldKey(key: string): string {
  return fold(key).trim()
}

function foldValue(value: string): string {
  return value === 'None' ? '' : fold(plainText(value)).trim()
}
