import { LOG_EVENTS } from '../../shared/platform/observability/log-events.ts'
import { code, table } from './markdown.ts'

/** Writes a table of the events that log lines name. Pure. */
export const writeLogEvents = (): string =>
  table(
    ['Event', 'Meaning'],
    Object.entries(LOG_EVENTS).map(([event, meaning]) => [code(event), meaning]),
  )
