import { auditBatch } from './audit-batch.ts'
import { auditDataset } from './audit-dataset.ts'
import { auditEvents } from './audit-events.ts'
import { type Evidence, readJson } from './evidence.ts'
import type { Findings } from './findings.ts'

export interface Audit extends Findings {
  readonly images: number
  readonly receipts: number
  readonly events: number
  readonly eventIds: number
}

const NONE: Findings = { lost: [], doubled: [], left: [] }

/** Compares the bucket with its expected content. Pure. @param observed what was found before, by other means */
export function audit(evidence: Evidence, observed: Findings = NONE): Audit {
  const { objects, batches, datasets, events, writtenTwice, openUploads } = evidence
  const found: Findings[] = [
    observed,
    ...batches.map((batch) => auditBatch(batch, evidence)),
    ...datasets.map((dataset) => auditDataset(dataset, evidence)),
    auditEvents(evidence),
    {
      lost: [],
      doubled: [...selectExisting(writtenTwice, evidence), ...findStrays(evidence), ...findShared(evidence)],
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

/** Selects the duplicate writes that belong to an existing batch or import; the others were deleted in between. */
function selectExisting(writtenTwice: readonly string[], evidence: Evidence): string[] {
  const { batches, datasets } = evidence
  const ids = [
    ...batches.map((batch): unknown => readJson(evidence, `data/${batch}/batch.json`)?.batchId),
    ...datasets.map((dataset): unknown => readJson(evidence, `data/raw/${dataset}/dataset.json`)?.current?.importId),
  ]
  return writtenTwice.filter((name) => ids.some((id) => typeof id === 'string' && name.includes(id)))
}

/** Where events, tokens, and workers are, and the labeling jobs that `auditLabeling` looks at. */
const SYSTEM_FOLDERS = ['system/events/', 'system/tokens/', 'system/labeling-']

/** Finds objects outside of all batches, datasets and system folders. */
function findStrays({ objects, batches, datasets }: Evidence): string[] {
  const folders = [
    ...SYSTEM_FOLDERS,
    ...batches.map((batch) => `data/${batch}/`),
    ...datasets.map((dataset) => `data/raw/${dataset}/`),
  ]
  const strays = [...objects.keys()].filter((key) => !folders.some((folder) => key.startsWith(folder)))
  return strays.map((key) => `${key} belongs to no batch or dataset`)
}

/** Finds images that are in two batches, although the batches are disjoint. */
function findShared({ objects }: Evidence): string[] {
  const ids = [...objects.keys()].flatMap((key) => /\/images\/([0-9a-f]{16})\.jpg$/.exec(key)?.[1] ?? [])
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is in two batches`)
}
