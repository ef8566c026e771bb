import { type Config, readConfig } from './config.ts'
import type { Ports } from './ports.ts'

let config: Config | undefined

/** Returns the ports of a function without outside dependencies: no client is loaded. */
export function anonymousPorts(requestId: string): Pick<Ports, 'config' | 'now' | 'requestId'> {
  config ??= readConfig(process.env)
  return { config, now: () => new Date(), requestId }
}
