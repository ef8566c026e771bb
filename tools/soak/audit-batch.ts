import { type Evidence, endsIn, jsonIn } from './evidence.ts'
import type { Findings } from './findings.ts'

const GOOD = ['copied', 'present']

/** Holds one batch against its sources: each image has one outcome, one equal copy, and is counted once. */
export function auditBatch(batch: string, evidence: Evidence): Findings {
  const folder = `data/${batch}/`
  const state = jsonIn(evidence, `${folder}batch.json`)
  if (state?.state !== 'selected') return { lost: [`${batch} is ${state?.state}`], doubled: [], left: [] }
  const ids = (evidence.objects.get(`${folder}images.jsonl`)?.toString() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): string => JSON.parse(line).imageId)
  const outcomes = outcomesIn(evidence, `${folder}copies/${state.batchId}/`)
  const lost: string[] = []
  const doubled: string[] = []
  for (const id of ids) {
    const [outcome = 'none', ...others] = outcomes.get(id) ?? []
    if (!GOOD.includes(outcome)) lost.push(`${batch}: ${id} has the outcome ${outcome}`)
    if (others.length > 0) doubled.push(`${batch}: ${id} has the outcomes ${outcome} and ${others}`)
    const copy = evidence.objects.get(`${folder}images/${id}.jpg`)
    if (!copy?.equals(evidence.images.get(id) ?? Buffer.alloc(0))) lost.push(`${batch}: ${id} has no equal copy`)
  }
  const [, last] = endsIn(evidence, `${folder}copies/${state.batchId}/`).at(-1) ?? []
  const counted = (last?.totals.copied ?? 0) + (last?.totals.present ?? 0)
  const { imageCount } = state.selection
  if (imageCount !== ids.length || counted < imageCount) lost.push(`${batch}: ${counted} of ${imageCount} are counted`)
  if (counted > imageCount) doubled.push(`${batch}: ${counted} of ${imageCount} are counted`)
  const known = new Set(ids.map((id) => `${folder}images/${id}.jpg`))
  const others = [...evidence.objects.keys()].filter((key) => key.startsWith(`${folder}images/`) && !known.has(key))
  doubled.push(...others.map((key) => `${key} is none of its images`))
  const copies = [...evidence.objects.keys()].filter((key) => key.startsWith(`${folder}copies/`))
  const left = copies.filter((key) => !key.startsWith(`${folder}copies/${state.batchId}/`))
  return { lost, doubled, left: left.map((key) => `${key} is of a batch before`) }
}

/** The outcomes of each image: of every chunk the receipt of its latest round counts. */
function outcomesIn(evidence: Evidence, folder: string): Map<string, string[]> {
  const newest = new Map<string, [round: number, key: string]>()
  for (const key of evidence.objects.keys()) {
    const [, round = '', chunk = ''] =
      /^(\d+)\/(\d+)\.json$/.exec(key.startsWith(folder) ? key.slice(folder.length) : '') ?? []
    if (chunk !== '' && Number(round) > (newest.get(chunk)?.[0] ?? 0)) newest.set(chunk, [Number(round), key])
  }
  const outcomes = new Map<string, string[]>()
  for (const [, key] of newest.values())
    for (const { imageId, outcome } of jsonIn(evidence, key).images)
      outcomes.set(imageId, [...(outcomes.get(imageId) ?? []), outcome])
  return outcomes
}
