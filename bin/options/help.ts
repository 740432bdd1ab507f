import type { Options } from './option.ts'

const WIDTH = 34

/** The lines about options in `--help`: name, default, sentence. */
export function describeOptions(options: Options): string {
  return Object.entries(options)
    .map(([name, option]) => {
      const long = `--${name.replaceAll('_', '-')}${option.takes === '' ? '' : `=${option.takes}`}`
      const left = `  ${option.short === undefined ? '    ' : `-${option.short}, `}${long}`
      const gap = left.length < WIDTH ? ' '.repeat(WIDTH - left.length) : `\n${' '.repeat(WIDTH)}`
      return `${left}${gap}${option.says}${defaultText(option.default)}`
    })
    .join('\n')
}

function defaultText(value: unknown): string {
  if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return ` [${value}]`
  return value === true ? ' [true]' : ''
}
