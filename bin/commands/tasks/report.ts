/** `umbel report`: versions and settings for a bug report, secrets starred. Needs no broker (client-cli.md B5). */
import { arch, platform, release } from 'node:os'
import { silentLog } from '../../../lib/runtime/log.ts'
import { createRuntime } from '../../../lib/runtime/runtime.ts'
import { shownConf } from '../../../worker/control/conf.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { reportOptions } from '../../options/remote-options.ts'
import { packageVersion } from '../../package-root.ts'
import { openAppLinks } from '../app-links.ts'
import { enterWorkdir } from '../client-links.ts'
import { pythonText } from '../remote/reply-text.ts'
import { say } from '../style.ts'

export async function reportCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(reportOptions, argv, { words: true })
  const options = optionValues(reportOptions, given, environment, null)
  enterWorkdir(options)
  const runtime = createRuntime({ log: silentLog })
  const { app, broker, results, close } = await openAppLinks(options, runtime, { appIsNeeded: false })
  const settings = Object.entries(shownConf(app, false)).map(([name, value]) => `${name}: ${pythonText(value)}`)
  say(
    [
      '',
      `software -> umbel:${packageVersion()} node:${process.versions.node}`,
      `            v8:${process.versions.v8} openssl:${process.versions.openssl}`,
      `platform -> system:${platform()} arch:${arch()}`,
      `            kernel version:${release()} imp:Node`,
      `loader   -> ${options.app === null ? 'default' : `file:${options.app}`}`,
      `settings -> transport:${broker.kind} results:${results?.url ?? 'disabled'}`,
      '',
      ...settings,
      '',
    ].join('\n'),
  )
  await close()
  return 0
}
