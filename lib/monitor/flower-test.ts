/** Matches tasks as Flower's search does (flower.md 1.5). */
import { type FlowerField, type FlowerSearch, fold } from './flower-search.ts'
import { plainText, reprParts } from './repr-parts.ts'
import type { TaskMatchInput, TaskTest } from './task-search.ts'
import { remembered, type TextTest } from './text-tests.ts'

export function flowerTest(search: FlowerSearch): TaskTest {
  switch (search.kind) {
    case 'all':
      return () => true
    case 'and': {
      const tests = search.of.map(flowerTest)
      return (task) => tests.every((test) => test(task))
    }
    case 'or': {
      const tests = search.of.map(flowerTest)
      return (task) => tests.some((test) => test(task))
    }
    case 'term':
      return termTest(search.field, search.value)
  }
}

function termTest(field: FlowerField | null, value: string): TaskTest {
  const folded = fold(value)
  const find: TextTest = (text) => text.length >= folded.length && fold(text).includes(folded)
  const findShared = remembered(find)
  switch (field) {
    case 'state': {
      const isState = remembered((text) => fold(text) === folded)
      return (task) => isState(task.state)
    }
    case 'name':
      return (task) => task.name !== null && findShared(task.name)
    case 'worker':
      return (task) => task.worker !== null && findShared(task.worker)
    case 'args':
      return (task) => task.args !== null && find(task.args)
    case 'result':
      return (task) => task.result !== null && find(task.result)
    case 'kwargs':
      return value.includes('=') ? pairTest(folded) : (task) => task.kwargs !== null && find(task.kwargs)
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

/** `key=value`, both exact after trimming; None is the empty text. */
function pairTest(folded: string): TaskTest {
  const at = folded.indexOf('=')
  const key = folded.slice(0, at).trim()
  const value = folded.slice(at + 1).trim()
  return ({ kwargs }: TaskMatchInput) => {
    if (kwargs === null || kwargs.length < key.length + value.length) return false
    return reprParts(kwargs).some((part) => fold(part.key).trim() === key && foldValue(part.value) === value)
  }
}

function foldValue(value: string): string {
  return value === 'None' ? '' : fold(plainText(value)).trim()
}
