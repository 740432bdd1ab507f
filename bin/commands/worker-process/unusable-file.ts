import { messageOf, UmbelError } from '../../../lib/errors.ts'

/** The file that an option names cannot be written, or read: `option/invalid` with the system's reason. */
export function unusable(option: string, path: string, error: unknown): UmbelError<'option/invalid'> {
  // `ENOENT: no such file or directory, open '/x'`: the path stands behind it already
  const reason = messageOf(error).replace(/, \w+ '.*$/s, '')
  return new UmbelError(
    'option/invalid',
    { option, value: path, expected: `a file that can be written (${reason})` },
    error,
  )
}
