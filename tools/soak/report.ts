import Table from 'cli-table3'
import type { ActionCounts } from './actors.ts'
import type { Audit } from './audit.ts'
import type { DamageCounts } from './damage-log.ts'
import type { LaborCounts } from './label-actor.ts'
import type { SoakOptions } from './options.ts'
import type { FaultCounts } from './testbed.ts'

/** The result of a soak run. */
export interface SoakOutcome {
  readonly options: SoakOptions
  readonly seconds: number
  readonly kills: number
  readonly batches: number
  readonly actions: ActionCounts
  readonly faults: FaultCounts
  readonly damages: DamageCounts
  readonly labor: LaborCounts
  readonly audit: Audit
}

const MAX_FINDINGS_SHOWN = 20

/** Converts a result to its JSON summary. */
export const toSummary = ({
  options,
  seconds,
  kills,
  batches,
  actions,
  faults,
  damages,
  labor,
  audit,
}: SoakOutcome) => {
  const { doubled: messagesDoubled, 'delayed messages': _, ...kinds } = faults
  return {
    seed: options.seed,
    seconds,
    images: audit.images,
    batches,
    batchesMade: actions.batchesCreated,
    batchesDeleted: actions.deleted,
    copies: actions.copies,
    copiesCancelled: actions.cancelled,
    imports: actions.imports,
    importsCancelled: actions.importsCancelled,
    kills,
    ...damages,
    people: options.people,
    ...labor,
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

/** Renders a result as a table. */
export function renderTable(outcome: SoakOutcome): string {
  const { faults, ...rest } = toSummary(outcome)
  const table = new Table({ style: { head: [], border: [] } })
  for (const [name, value] of Object.entries(rest)) table.push([name.replaceAll(/[A-Z]/g, ' $&').toLowerCase(), value])
  for (const [kind, count] of Object.entries(faults)) table.push([`fault: ${kind.replaceAll('-', ' ')}`, count])
  return table.toString()
}

/** Lists the first findings of each kind. */
export const listFindings = ({ audit }: SoakOutcome): string[] =>
  (['lost', 'doubled', 'left'] as const).flatMap((kind) =>
    audit[kind].slice(0, MAX_FINDINGS_SHOWN).map((what) => `${kind}: ${what}`),
  )
