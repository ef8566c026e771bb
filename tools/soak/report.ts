import Table from 'cli-table3'
import type { Deeds } from './actors.ts'
import type { Audit } from './audit.ts'
import type { SoakOptions } from './options.ts'
import type { FaultCounts } from './stand.ts'

/** A run, as it ended. */
export interface Outcome {
  readonly options: SoakOptions
  readonly seconds: number
  readonly kills: number
  readonly batches: number
  readonly deeds: Deeds
  readonly faults: FaultCounts
  readonly audit: Audit
}

const MOST_TOLD = 20

/** What a program reads of it. */
export const summaryOf = ({ options, seconds, kills, batches, deeds, faults, audit }: Outcome) => {
  const { doubled: messagesDoubled, 'delayed messages': _, ...kinds } = faults
  return {
    seed: options.seed,
    seconds,
    images: audit.images,
    batches,
    batchesMade: deeds.made,
    batchesDeleted: deeds.deleted,
    copies: deeds.copies,
    copiesCancelled: deeds.cancelled,
    imports: deeds.imports,
    importsCancelled: deeds.importsCancelled,
    kills,
    faults: kinds,
    messagesDoubled,
    receipts: audit.receipts,
    events: audit.events,
    eventIds: audit.eventIds,
    lost: audit.lost.length,
    doubled: audit.doubled.length,
    left: audit.left.length,
  }
}

/** What a person reads of it. */
export function tableOf(outcome: Outcome): string {
  const { faults, ...rest } = summaryOf(outcome)
  const table = new Table({ style: { head: [], border: [] } })
  for (const [name, value] of Object.entries(rest)) table.push([name.replaceAll(/[A-Z]/g, ' $&').toLowerCase(), value])
  for (const [kind, count] of Object.entries(faults)) table.push([`fault: ${kind.replaceAll('-', ' ')}`, count])
  return table.toString()
}

/** The first things that are wrong, each on a line. */
export const findingsOf = ({ audit }: Outcome): string[] =>
  (['lost', 'doubled', 'left'] as const).flatMap((kind) =>
    audit[kind].slice(0, MOST_TOLD).map((what) => `${kind}: ${what}`),
  )
