/** What an object belongs to, by the forms of keys. */
const SUBJECTS: readonly (readonly [key: RegExp, kind: string])[] = [
  [/^data\/raw\/([^/]+)\//, 'dataset'],
  [/^(?:data\/test|system\/test-images)\/([^/.]+)\./, 'test image'],
  [/^data\/([^/]+)\//, 'batch'],
  [/^system\/labeling-jobs\/([^/.]+)\./, 'job'],
  [/^system\/labeling-work\/([^/]+)\//, 'job'],
  [/^system\/labeling-workers\/([^/.]+)\./, 'worker'],
  [/^system\/(?:webhooks|deliveries)\/([^/.]+)/, 'webhook'],
]

/** Returns the subject of an object: `batch b`; `system` for what belongs to none. Pure. */
export function subjectAt(key: string): string {
  for (const [pattern, kind] of SUBJECTS) {
    const name = pattern.exec(key)?.[1]
    if (name !== undefined) return `${kind} ${name}`
  }
  return 'system'
}

/** Returns the subjects that a row of the table is about: the object's own, and those of calls that it names. Pure. */
export function findAffected(own: string, answers: Readonly<Record<string, string>> = {}): string[] {
  const others = Object.keys(answers).flatMap((name) => {
    const [, kind, other] = /(Batch|Copy|Manifest|Images|Job|Annotations) (\S+)$/.exec(name) ?? []
    if (other === undefined) return []
    return [kind === 'Job' || kind === 'Annotations' ? `job ${other}` : `batch ${other}`]
  })
  return [...new Set([own, ...others])]
}
