import { auditBatch } from './audit-batch.ts'
import { auditDataset } from './audit-dataset.ts'
import { auditEvents } from './audit-events.ts'
import { type Evidence, jsonIn } from './evidence.ts'
import type { Findings } from './findings.ts'

export interface Audit extends Findings {
  readonly images: number
  readonly receipts: number
  readonly events: number
  readonly eventIds: number
}

/** Holds what lies in the bucket against what should. Pure. */
export function audit(evidence: Evidence): Audit {
  const { objects, batches, datasets, events, writtenTwice, openUploads } = evidence
  const found: Findings[] = [
    ...batches.map((batch) => auditBatch(batch, evidence)),
    ...datasets.map((dataset) => auditDataset(dataset, evidence)),
    auditEvents(evidence),
    {
      lost: [],
      doubled: [...standing(writtenTwice, evidence), ...outside(evidence), ...inTwoBatches(evidence)],
      left: openUploads,
    },
  ]
  const keys = [...objects.keys()]
  return {
    images: keys.filter((key) => /\/images\/[0-9a-f]{16}\.jpg$/.test(key)).length,
    receipts: keys.filter((key) => /\/\d{4}\.json$/.test(key)).length,
    events: events.length,
    eventIds: new Set(events.map(({ id }) => id)).size,
    lost: found.flatMap(({ lost }) => lost),
    doubled: found.flatMap(({ doubled }) => doubled),
    left: found.flatMap(({ left }) => left),
  }
}

/** Of what was written twice only what was never removed: all that is of a batch or an import that is there. */
function standing(writtenTwice: readonly string[], evidence: Evidence): string[] {
  const { batches, datasets } = evidence
  const ids = [
    ...batches.map((batch): unknown => jsonIn(evidence, `data/${batch}/batch.json`)?.batchId),
    ...datasets.map((dataset): unknown => jsonIn(evidence, `data/raw/${dataset}/dataset.json`)?.current?.importId),
  ]
  return writtenTwice.filter((name) => ids.some((id) => typeof id === 'string' && name.includes(id)))
}

/** Where events and tokens are kept. */
const SYSTEM = ['system/events/', 'system/tokens/']

/** Objects that belong to no batch and no dataset. */
function outside({ objects, batches, datasets }: Evidence): string[] {
  const folders = [
    ...SYSTEM,
    ...batches.map((batch) => `data/${batch}/`),
    ...datasets.map((dataset) => `data/raw/${dataset}/`),
  ]
  const strays = [...objects.keys()].filter((key) => !folders.some((folder) => key.startsWith(folder)))
  return strays.map((key) => `${key} is outside of every batch and dataset`)
}

/** Images of one deal are dealt once. */
function inTwoBatches({ objects }: Evidence): string[] {
  const ids = [...objects.keys()].flatMap((key) => /\/images\/([0-9a-f]{16})\.jpg$/.exec(key)?.[1] ?? [])
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is in two batches`)
}
