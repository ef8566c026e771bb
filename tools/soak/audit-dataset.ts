import { type Evidence, jsonIn } from './evidence.ts'
import type { Findings } from './findings.ts'

const FILES = ['annotations-bbox.csv', 'class-descriptions.csv', 'labels-hierarchy.json', 'images.csv', 'classes.json']

/** Holds a dataset against itself: what is read is whole, and of imports that never were nothing is left. */
export function auditDataset(dataset: string, evidence: Evidence): Findings {
  const folder = `data/raw/${dataset}/`
  const { current, importing } = jsonIn(evidence, `${folder}dataset.json`) ?? {}
  const lost: string[] = []
  if (!current || importing) lost.push(`${dataset} is not ready`)
  if (current && current.imageCount !== evidence.images.size)
    lost.push(`${dataset} counts ${current.imageCount} images`)
  const missing = FILES.filter((name) => !evidence.objects.has(`${folder}${current?.importId}/${name}`))
  lost.push(...missing.map((name) => `${dataset}: ${name} is not there`))
  const wereReady = new Set(
    evidence.events.flatMap(({ type, data }) => (type === 'dataset.ready' ? [data.importId] : [])),
  )
  if (current && !wereReady.has(current.importId)) lost.push(`${dataset}: nobody was told that it is ready`)
  const left = [...evidence.objects.keys()].filter((key) => {
    const [importId = '', ...rest] = key.startsWith(folder) ? key.slice(folder.length).split('/') : []
    if (rest.length === 0 || wereReady.has(importId)) return false
    return !/^rounds\/(fetch|check)\/1\.json$/.test(rest.join('/'))
  })
  return { lost, doubled: [], left: left.map((key) => `${key} is of an import that is over`) }
}
