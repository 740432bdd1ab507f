import { expect, it } from 'vitest'
import { withoutPrefix, withPrefix } from './prefix.ts'

it.each([
  ['/umbel/tasks', '/umbel', '/tasks'],
  ['/umbel', '/umbel', '/'],
  ['/umbel/', '/umbel', '/'],
  ['/umbels/tasks', '/umbel', '/umbels/tasks'],
  ['/tasks', '', '/tasks'],
  ['/tools/umbel/task/a%2Fb', '/tools/umbel', '/task/a%2Fb'],
])('%s below %j is %s', (path, prefix, inner) => expect(withoutPrefix(path, prefix)).toBe(inner))

it('is nothing where no page says it', () => expect(withPrefix('/tasks')).toBe('/tasks'))
