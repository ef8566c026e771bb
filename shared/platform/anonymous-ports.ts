import { type Config, readConfig } from './config.ts'
import type { Ports } from './ports.ts'

let config: Config | undefined

/** The ports of a function that touches nothing outside: it loads no client. */
export function anonymousPorts(requestId: string): Pick<Ports, 'config' | 'now' | 'requestId'> {
  config ??= readConfig(process.env)
  return { config, now: () => new Date(), requestId }
}
