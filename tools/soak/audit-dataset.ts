import { type Evidence, readJson } from './evidence.ts'
import type { Findings } from './findings.ts'

const FILES = ['annotations-bbox.csv', 'class-descriptions.csv', 'labels-hierarchy.json', 'images.csv', 'classes.json']

/** Checks that a dataset is ready and complete, and that nothing is left of unfinished imports. */
export function auditDataset(dataset: string, evidence: Evidence): Findings {
  const folder = `data/raw/${dataset}/`
  const { current, importing } = readJson(evidence, `${folder}dataset.json`) ?? {}
  const lost: string[] = []
  if (!current || importing) lost.push(`${dataset} is not ready`)
  if (current && current.imageCount !== evidence.images.size) lost.push(`${dataset} has ${current.imageCount} images`)
  const missing = FILES.filter((name) => !evidence.objects.has(`${folder}${current?.importId}/${name}`))
  lost.push(...missing.map((name) => `${dataset}: ${name} is missing`))
  const wereReady = new Set(
    evidence.events.flatMap(({ type, data }) => (type === 'dataset.ready' ? [data.importId] : [])),
  )
  if (current && !wereReady.has(current.importId)) lost.push(`${dataset}: the event dataset.ready was not sent`)
  const left = [...evidence.objects.keys()].filter((key) => {
    const [importId = '', ...rest] = key.startsWith(folder) ? key.slice(folder.length).split('/') : []
    if (rest.length === 0 || wereReady.has(importId)) return false
    return !/^rounds\/(fetch|check)\/1\.json$/.test(rest.join('/'))
  })
  return { lost, doubled: [], left: left.map((key) => `${key} belongs to another import`) }
}
