import { type Evidence, listRoundTotals, readJson } from './evidence.ts'
import type { Findings } from './findings.ts'

const GOOD = ['copied', 'present']

/** Compares a batch with its sources: each image must have one outcome and one identical copy, and be counted once. */
export function auditBatch(batch: string, evidence: Evidence): Findings {
  const folder = `data/${batch}/`
  const state = readJson(evidence, `${folder}batch.json`)
  if (state?.state !== 'selected') return { lost: [`${batch} is ${state?.state}`], doubled: [], left: [] }
  const ids = (evidence.objects.get(`${folder}${state.selection.list?.name ?? 'images.jsonl'}`)?.toString() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): string => JSON.parse(line).imageId)
  const outcomes = readOutcomes(evidence, `${folder}copies/${state.batchId}/`)
  const lost: string[] = []
  const doubled: string[] = []
  for (const id of ids) {
    const [outcome = 'none', ...others] = outcomes.get(id) ?? []
    if (!GOOD.includes(outcome)) lost.push(`${batch}: ${id} has the outcome ${outcome}`)
    if (others.length > 0) doubled.push(`${batch}: ${id} has the outcomes ${outcome} and ${others}`)
    const copy = evidence.objects.get(`${folder}images/${id}.jpg`)
    if (!copy?.equals(evidence.images.get(id) ?? Buffer.alloc(0))) lost.push(`${batch}: ${id} has no identical copy`)
  }
  const [, last] = listRoundTotals(evidence, `${folder}copies/${state.batchId}/`).at(-1) ?? []
  const counted = (last?.totals.copied ?? 0) + (last?.totals.present ?? 0)
  const { imageCount } = state.selection
  if (imageCount !== ids.length || counted < imageCount)
    lost.push(`${batch}: counted ${counted} of ${imageCount} images`)
  if (counted > imageCount) doubled.push(`${batch}: counted ${counted} of ${imageCount} images`)
  const known = new Set(ids.map((id) => `${folder}images/${id}.jpg`))
  const others = [...evidence.objects.keys()].filter((key) => key.startsWith(`${folder}images/`) && !known.has(key))
  doubled.push(...others.map((key) => `${key} does not belong to the batch`))
  const copies = [...evidence.objects.keys()].filter((key) => key.startsWith(`${folder}copies/`))
  const left = copies.filter((key) => !key.startsWith(`${folder}copies/${state.batchId}/`))
  return { lost, doubled, left: left.map((key) => `${key} belongs to a deleted batch`) }
}

/** Returns the outcomes of each image. For each chunk, the receipt of its latest round counts. */
function readOutcomes(evidence: Evidence, folder: string): Map<string, string[]> {
  const newest = new Map<string, [round: number, key: string]>()
  for (const key of evidence.objects.keys()) {
    const [, round = '', chunk = ''] =
      /^(\d+)\/(\d+)\.json$/.exec(key.startsWith(folder) ? key.slice(folder.length) : '') ?? []
    if (chunk !== '' && Number(round) > (newest.get(chunk)?.[0] ?? 0)) newest.set(chunk, [Number(round), key])
  }
  const outcomes = new Map<string, string[]>()
  for (const [, key] of newest.values())
    for (const { imageId, outcome } of readJson(evidence, key).images)
      outcomes.set(imageId, [...(outcomes.get(imageId) ?? []), outcome])
  return outcomes
}
