import { expect, test } from 'vitest'
import { draftField, draftOf, newDraft, parseDraft, previewQuery, type ScheduleDraft } from './schedule-form.model.ts'

const draft = (fields: Partial<ScheduleDraft> = {}): ScheduleDraft => ({
  ...newDraft('redis', 'Europe/Berlin'),
  name: 'nightly',
  task: 'shop.report',
  ...fields,
})

function formOf(fields: Partial<ScheduleDraft>) {
  const parsed = parseDraft(draft(fields))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.form
}

function problemsOf(fields: Partial<ScheduleDraft>) {
  const parsed = parseDraft(draft(fields))
  return parsed.ok ? {} : parsed.problems
}

test('an interval is sent in seconds, whatever it was written in', () => {
  expect(formOf({ every: '1.5', unit: 'hours' }).everySeconds).toBe(5_400)
  expect(formOf({ every: '0.1', unit: 'minutes' }).everySeconds).toBe(6)
  expect(formOf({ every: '1,000' }).everySeconds).toBe(1_000)
})

test('an entry that exists comes back as it was', () => {
  const form = formOf({ every: '90', unit: 'minutes', queue: 'slow', priority: '3', args: '[1]', expires: '60' })

  const again = parseDraft(draftOf(form))
  expect(again).toEqual({ ok: true, form })
  expect(draftOf(form)).toMatchObject({ every: '90', unit: 'minutes' })
  expect(draftOf({ ...form, everySeconds: 86_400 })).toMatchObject({ every: '1', unit: 'days' })
  expect(draftOf({ ...form, everySeconds: 0.5 })).toMatchObject({ every: '0.5', unit: 'seconds' })
})

test('what is wrong is said of its field', () => {
  expect(problemsOf({ name: ' ', task: '' })).toEqual({
    name: 'Give the entry a name.',
    task: 'Name the task that it sends.',
  })
  expect(problemsOf({ every: '0' })).toEqual({ every: 'Enter a number above 0.' })
  expect(problemsOf({ args: '{}' })).toEqual({ args: 'Enter a list: [42, "de"].' })
  expect(problemsOf({ kwargs: '{full}' })).toEqual({ kwargs: 'This is not JSON. Enter an object: {"full": true}.' })
  expect(problemsOf({ priority: '1.5' })).toEqual({ priority: 'Enter a whole number from 0 to 255.' })
  expect(problemsOf({ kind: 'clocked' })).toEqual({ clocked: 'Enter a day and a time.' })
  expect(problemsOf({ kind: 'solar', latitude: '91', longitude: '13' })).toEqual({
    latitude: 'Enter a number from -90 to 90.',
  })
})

test('fields of another kind are not judged and not sent', () => {
  expect(formOf({ kind: 'crontab', minute: '*/5', every: '', latitude: 'x', clocked: 'x' })).toMatchObject({
    kind: 'crontab',
    minute: '*/5',
    everySeconds: null,
    latitude: null,
    clockedMs: null,
  })
})

test('empty arguments are none', () => {
  expect(formOf({})).toMatchObject({ args: '[]', kwargs: '{}' })
  expect(draftOf(formOf({}))).toMatchObject({ args: '', kwargs: '' })
})

test('the preview is asked with what is known', () => {
  const query = new URLSearchParams(previewQuery(formOf({ kind: 'crontab', hour: '2' })))

  expect(query.get('hour')).toBe('2')
  expect(query.get('kind')).toBe('crontab')
  expect(query.has('everySeconds')).toBe(false)
})

test("the server's names of fields are those of the form", () => {
  expect(draftField('everySeconds')).toBe('every')
  expect(draftField('minute')).toBe('minute')
  expect(draftField('nowhere')).toBeNull()
})
